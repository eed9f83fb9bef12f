/// What requests of a connection say about its client when they are passed on, written once when the connection begins.
///
/// A server behind believes these fields, so what a client sends in their place is dropped unless the client is trusted.
package struct Forwarding: Sendable {
    /// What a listener says, by its configuration.
    package struct Configuration: Sendable, Equatable {
        /// The name in Via, a token; nil leaves the field out, which RFC 9110 §7.6.3 does not allow where it is heard.
        package var via: String? = "pando"
        /// Whether to write X-Forwarded-For, -Proto and -Host.
        package var writesXForwarded = true
        /// Whether to write Forwarded (RFC 7239).
        package var writesForwarded = false

        package init() {}
    }

    /// The client's end of the connection.
    package struct Client: Sendable, Equatable {
        /// Its address without a port, as text; empty where it has none, as on a Unix socket.
        package var address: String
        /// Whether it came over TLS.
        package var isSecure: Bool
        /// Whether what it says about clients before it is believed.
        package var isTrusted = false
        /// Whether the connection is of HTTP/2.
        package var isHTTP2 = false

        package init(address: String, isSecure: Bool, isTrusted: Bool = false, isHTTP2: Bool = false) {
            self.address = address
            self.isSecure = isSecure
            self.isTrusted = isTrusted
            self.isHTTP2 = isHTTP2
        }
    }

    /// Of a client that is gone.
    static let unknown = Forwarding(Configuration(), client: Client(address: "", isSecure: false))

    let isTrusted: Bool
    /// Whether the client came over TLS.
    let isSecure: Bool
    let writesXForwarded: Bool
    let writesForwarded: Bool
    /// Via for a request of HTTP/1.0 and for all others, whole lines.
    let via: (old: [UInt8], new: [UInt8])
    /// The client's address; empty where it has none.
    let address: [UInt8]
    /// "http" or "https".
    let scheme: [UInt8]
    /// `for=…;proto=…` of Forwarded.
    let forwarded: [UInt8]
    /// X-Forwarded-For and -Proto for a client that is not trusted, whole lines.
    let xForwarded: [UInt8]

    package init(_ configuration: Configuration, client: Client) {
        isTrusted = client.isTrusted
        isSecure = client.isSecure
        writesXForwarded = configuration.writesXForwarded
        writesForwarded = configuration.writesForwarded
        let name = configuration.via
        via = (
            name.map { Array("Via: 1.0 \($0)\r\n".utf8) } ?? [],
            name.map { Array("Via: \(client.isHTTP2 ? "2" : "1.1") \($0)\r\n".utf8) } ?? []
        )
        let scheme = client.isSecure ? "https" : "http"
        let isSix = client.address.utf8.contains(UInt8(ascii: ":"))
        let node = client.address.isEmpty ? "unknown" : isSix ? "\"[\(client.address)]\"" : client.address
        address = Array(client.address.utf8)
        self.scheme = Array(scheme.utf8)
        forwarded = Array("for=\(node);proto=\(scheme)".utf8)
        let forLine = client.address.isEmpty ? "" : "X-Forwarded-For: \(client.address)\r\n"
        xForwarded = Array("\(forLine)X-Forwarded-Proto: \(scheme)\r\n".utf8)
    }

    /// The most bytes that it adds to a request, apart from the host, which is written thrice at most.
    var maximumBytes: Int { via.new.count + address.count + forwarded.count + xForwarded.count + 160 }
}
