/// The PROXY protocol of HAProxy, versions 1 and 2: what a proxy in front says of a connection before its first byte.
///
/// It is taken from trusted addresses alone, because whoever may send it may claim to be anybody.
package enum ProxyProtocol {
    /// What came of the bytes so far.
    package enum Outcome: Equatable, Sendable {
        /// The header ends behind the bytes that are there.
        case incomplete
        /// The header is complete; it took so many bytes.
        case complete(ProxyHeader, bytes: Int)
    }

    /// Why a connection is refused: its bytes are no header, or not all of one.
    package struct Failure: Error, Equatable, Sendable, CustomStringConvertible {
        /// What is wrong.
        package let description: String

        init(_ description: String) { self.description = description }
    }

    /// The largest header that is taken. Version 1 is never longer than 107 bytes, version 2 fits a segment in practice.
    package static let maximumBytes = 4096

    static let signature: [UInt8] = [0x0D, 0x0A, 0x0D, 0x0A, 0x00, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A]

    /// Reads the header at the beginning of a connection.
    ///
    /// - Throws: ``Failure`` as soon as the bytes cannot become a header.
    package static func parse(_ bytes: UnsafeBufferPointer<UInt8>) throws(Failure) -> Outcome {
        guard let first = bytes.first else { return .incomplete }
        if first == UInt8(ascii: "P") { return try ProxyProtocolText.parse(bytes) }
        for (octet, expected) in zip(bytes, signature) where octet != expected {
            throw Failure("the connection does not begin with a PROXY header")
        }
        return try ProxyProtocolBinary.parse(bytes)
    }
}

/// What a PROXY header says.
package struct ProxyHeader: Sendable, Equatable {
    /// One end of the connection that is passed on.
    package enum Endpoint: Sendable, Equatable {
        /// The four octets of an address, and a port.
        case four([UInt8], port: UInt16)
        /// The sixteen octets of an address, and a port.
        case six([UInt8], port: UInt16)
        /// The path of a Unix socket; may be empty.
        case unix([UInt8])
    }

    /// Whether the connection is the proxy's own, as for a health check: then there is nothing else.
    package var isLocal = false
    /// Whether the connection was of datagrams.
    package var isDatagram = false
    /// The client; nil where the proxy does not know, and the connection's own address counts.
    package var source: Endpoint?
    /// What the client connected to; there is one where there is a source.
    package var destination: Endpoint?
    /// The protocol that TLS agreed on.
    package var applicationProtocol: [UInt8]?
    /// The host that the client asked for, as by TLS.
    package var authority: String?
    /// An identifier of the connection, of 128 octets at most.
    package var uniqueID: [UInt8]?
    /// What is known of TLS between client and proxy.
    package var tls: TLS?
    /// The name of a network namespace.
    package var namespace: String?
    /// Values of types that are an application's own, 0xE0 to 0xEF.
    package var custom: [CustomValue] = []

    package init() {}

    /// That of a connection that the proxy makes for itself.
    static let local: ProxyHeader = {
        var header = ProxyHeader()
        header.isLocal = true
        return header
    }()

    /// What is known of TLS between client and proxy.
    package struct TLS: Sendable, Equatable {
        /// Whether the client came over TLS.
        package var isUsed = false
        /// Whether it showed a certificate on this connection.
        package var hasCertificate = false
        /// Whether it showed one earlier in the session.
        package var hasCertificateInSession = false
        /// Whether its certificate was verified.
        package var isVerified = false
        package var version: String?
        package var commonName: String?
        package var cipher: String?
        package var signatureAlgorithm: String?
        package var keyAlgorithm: String?

        package init() {}
    }

    /// A value whose meaning an application knows.
    package struct CustomValue: Sendable, Equatable {
        package var type: UInt8
        package var value: [UInt8]

        package init(type: UInt8, value: [UInt8]) {
            self.type = type
            self.value = value
        }
    }
}
