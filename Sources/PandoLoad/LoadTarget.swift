import NIOCore
import NIOPosix

/// The address of the service under load: `http://host[:port]`.
///
/// TLS is not spoken: put the load on the plain listener, or on what stands behind the terminating edge.
public struct LoadTarget: Sendable, Hashable, CustomStringConvertible {
    /// The host name or address, without the brackets of an IPv6 address.
    public let host: String

    /// The TCP port, 1 to 65535.
    public let port: Int

    /// Makes a target of a host and a port.
    public init(host: String, port: Int) throws(LoadError) {
        guard !host.isEmpty, host.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "/") }) else {
            throw LoadError(.invalidConfiguration, "target: \"\(host)\" is not a host name or an address")
        }
        guard (1...65535).contains(port) else {
            throw LoadError(.invalidConfiguration, "target: port \(port) is not between 1 and 65535")
        }
        self.host = host
        self.port = port
    }

    /// Reads a target from a URL such as `http://127.0.0.1:8080` or `http://[::1]:8080`; the port defaults to 80.
    ///
    /// - Throws: `invalidConfiguration` for another scheme, a path, user information or a bad port.
    public init(_ url: String) throws(LoadError) {
        func refuse(_ why: String) -> LoadError {
            LoadError(.invalidConfiguration, "target \"\(url)\": \(why); write it as http://host:port")
        }
        var rest = url[...]
        if rest.lowercased().hasPrefix("https://") { throw refuse("TLS is not supported here") }
        guard rest.lowercased().hasPrefix("http://") else { throw refuse("it does not start with http://") }
        rest = rest.dropFirst("http://".count)
        if rest.hasSuffix("/") { rest = rest.dropLast() }
        if rest.contains("@") { throw refuse("user information is not supported; set a header instead") }
        if rest.contains(where: { $0 == "/" || $0 == "?" || $0 == "#" }) {
            throw refuse("it has a path; paths belong to the requests")
        }
        var host = rest
        var port = 80
        if let colon = rest.lastIndex(of: ":"), !rest[colon...].contains("]") {
            host = rest[..<colon]
            guard let number = Int(rest[rest.index(after: colon)...]) else { throw refuse("the port is not a number") }
            port = number
        }
        if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() }
        try self.init(host: String(host), port: port)
    }

    /// The value of the `Host` field (RFC 9110 section 7.2).
    var authority: String {
        let name = host.contains(":") ? "[\(host)]" : host
        return port == 80 ? name : "\(name):\(port)"
    }

    /// The target as a URL.
    public var description: String { "http://\(authority)" }

    /// Looks the host up once, off the event loops; all connections of the run use the address found.
    func resolve() async throws -> SocketAddress {
        do {
            return try await NIOThreadPool.singleton.runIfActive { [host, port] in
                try SocketAddress.makeAddressResolvingHost(host, port: port)
            }
        } catch let error as CancellationError {
            throw error
        } catch {
            throw LoadError(
                .invalidConfiguration,
                "target \(self): the host could not be looked up; check the name",
                underlying: error
            )
        }
    }
}
