/// What is spoken inside TLS, agreed on by ALPN (RFC 7301).
package enum ApplicationProtocol: Sendable {
    case http1, http2

    /// The identifier in the registry of ALPN.
    package var identifier: StaticString {
        switch self {
        case .http1: "http/1.1"
        case .http2: "h2"
        }
    }

    init?(identifier: UnsafeBufferPointer<UInt8>) {
        guard let found = [Self.http1, .http2].first(where: { $0.is(identifier) }) else { return nil }
        self = found
    }

    private func `is`(_ other: UnsafeBufferPointer<UInt8>) -> Bool {
        identifier.withUTF8Buffer { $0.elementsEqual(other) }
    }

    /// A list in the form that goes over the wire: each name behind its length.
    static func wire(_ protocols: [ApplicationProtocol]) -> [UInt8] {
        protocols.flatMap { one in
            one.identifier.withUTF8Buffer { [UInt8($0.count)] + Array($0) }
        }
    }
}
