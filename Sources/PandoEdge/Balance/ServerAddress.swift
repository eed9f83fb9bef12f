/// Where a server listens, as its configuration says it: the key by which a reload finds the server again.
package enum ServerAddress: Sendable, Hashable, CustomStringConvertible {
    /// A host name or an IP address in digits, IPv6 without brackets, and a port.
    case host(String, port: UInt16)
    /// The path of a Unix socket.
    case unix(String)

    /// `host:port`, `[IPv6]:port` or `unix:path`.
    package var description: String {
        switch self {
        case .host(let host, let port): host.utf8.contains(UInt8(ascii: ":")) ? "[\(host)]:\(port)" : "\(host):\(port)"
        case .unix(let path): "unix:\(path)"
        }
    }
}
