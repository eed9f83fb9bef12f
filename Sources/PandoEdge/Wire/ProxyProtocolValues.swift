/// The values behind the addresses of version 2, each with its type and length (proxy-protocol.txt §2.2).
enum ProxyProtocolValues {
    static let applicationProtocol: UInt8 = 0x01
    static let authority: UInt8 = 0x02
    static let checksum: UInt8 = 0x03
    static let uniqueID: UInt8 = 0x05
    static let tls: UInt8 = 0x20
    static let namespace: UInt8 = 0x30
    static let custom: ClosedRange<UInt8> = 0xE0...0xEF

    private typealias Text = WritableKeyPath<ProxyHeader.TLS, String?>

    /// The texts inside of the value about TLS.
    private static func texts() -> [(type: UInt8, text: Text)] {
        [
            (0x21, \.version), (0x22, \.commonName), (0x23, \.cipher), (0x24, \.signatureAlgorithm),
            (0x25, \.keyAlgorithm),
        ]
    }

    /// Reads all values. What is of an unknown type is ignored; a known type must not come twice, for then there is no one
    /// reading.
    ///
    /// - Parameter whole: The header from its first octet on, for its checksum.
    static func read(
        _ reader: inout OctetReader,
        _ whole: UnsafeBufferPointer<UInt8>,
        into header: inout ProxyHeader
    ) throws(ProxyProtocol.Failure) {
        var seen: Set<UInt8> = []
        while !reader.isAtEnd {
            guard let type = reader.number(1), let value = reader.vector(2) else {
                throw .init("a value of the PROXY header is longer than the header")
            }
            let kind = UInt8(type)
            if [applicationProtocol, authority, checksum, uniqueID, tls, namespace].contains(kind) {
                guard seen.insert(kind).inserted else { throw .init("a value of the PROXY header comes twice") }
            }
            if kind == checksum {
                // The reader began behind the prefix.
                try verify(value, at: ProxyProtocolBinary.prefixBytes + reader.place - value.count, whole)
            } else {
                try take(kind, value, into: &header)
            }
        }
    }

    private static func take(
        _ kind: UInt8,
        _ value: UnsafeBufferPointer<UInt8>,
        into header: inout ProxyHeader
    ) throws(ProxyProtocol.Failure) {
        switch kind {
        case applicationProtocol: header.applicationProtocol = Array(value)
        case authority: header.authority = try text(value)
        case uniqueID:
            guard value.count <= 128 else { throw .init("the PROXY header's unique id is longer than 128 octets") }
            header.uniqueID = Array(value)
        case tls: header.tls = try readTLS(value)
        case namespace: header.namespace = try text(value)
        case custom: header.custom.append(.init(type: kind, value: Array(value)))
        // Padding, and what is not known.
        default: break
        }
    }

    private static func readTLS(_ value: UnsafeBufferPointer<UInt8>) throws(ProxyProtocol.Failure) -> ProxyHeader.TLS {
        var reader = OctetReader(value)
        guard let client = reader.number(1), let verify = reader.number(4) else {
            throw .init("the PROXY header's value about TLS is too short")
        }
        var tls = ProxyHeader.TLS()
        tls.isUsed = client & 1 != 0
        tls.hasCertificate = client & 2 != 0
        tls.hasCertificateInSession = client & 4 != 0
        // Without a certificate there was nothing to verify, whatever the number is.
        tls.isVerified = verify == 0 && client & 6 != 0
        while !reader.isAtEnd {
            guard let type = reader.number(1), let inner = reader.vector(2) else {
                throw .init("a value about TLS of the PROXY header is longer than it may be")
            }
            guard let path = texts().first(where: { $0.type == type })?.text else { continue }
            guard tls[keyPath: path] == nil else { throw .init("a value of the PROXY header comes twice") }
            tls[keyPath: path] = try text(inner)
        }
        return tls
    }

    private static func text(_ value: UnsafeBufferPointer<UInt8>) throws(ProxyProtocol.Failure) -> String {
        guard let text = String(validating: value, as: UTF8.self), text.unicodeScalars.allSatisfy({ $0.value >= 32 })
        else {
            throw .init("a text of the PROXY header is not UTF-8, or has control characters")
        }
        return text
    }

    /// The checksum is that of the whole header with zeros in its own place.
    private static func verify(
        _ value: UnsafeBufferPointer<UInt8>,
        at place: Int,
        _ whole: UnsafeBufferPointer<UInt8>
    ) throws(ProxyProtocol.Failure) {
        guard value.count == 4 else { throw .init("the PROXY header's checksum is not of 4 octets") }
        var zeroed = Array(whole)
        for index in place..<(place + 4) { zeroed[index] = 0 }
        guard value.reduce(0, { $0 << 8 | UInt32($1) }) == CRC32C.of(zeroed) else {
            throw .init("the PROXY header's checksum is wrong")
        }
    }

    // MARK: Writing

    static func write(_ header: ProxyHeader, to octets: inout [UInt8]) {
        if let value = header.applicationProtocol { put(applicationProtocol, value, &octets) }
        if let value = header.authority { put(authority, Array(value.utf8), &octets) }
        if let value = header.uniqueID { put(uniqueID, value, &octets) }
        if let value = header.tls {
            var inner: [UInt8] = [
                (value.isUsed ? 1 : 0) | (value.hasCertificate ? 2 : 0) | (value.hasCertificateInSession ? 4 : 0),
                0, 0, 0, value.isVerified ? 0 : 1,
            ]
            for (type, path) in texts() {
                if let text = value[keyPath: path] { put(type, Array(text.utf8), &inner) }
            }
            put(tls, inner, &octets)
        }
        if let value = header.namespace { put(namespace, Array(value.utf8), &octets) }
        for value in header.custom { put(value.type, value.value, &octets) }
    }

    private static func put(_ type: UInt8, _ value: [UInt8], _ octets: inout [UInt8]) {
        precondition(value.count <= 0xFFFF, "a value of a PROXY header is too large")
        octets += [type, UInt8(value.count >> 8), UInt8(value.count & 0xFF)]
        octets += value
    }
}

extension ProxyProtocol {
    /// The versions that can be written.
    package enum Version: Sendable, Equatable {
        case one
        case two(withChecksum: Bool)
    }

    /// Writes the header of a connection to a server.
    package static func write(_ header: ProxyHeader, _ version: Version, to output: OutputBytes) {
        switch version {
        case .one: ProxyProtocolText.write(header, to: output)
        case .two(let withChecksum): ProxyProtocolBinary.write(header, withChecksum: withChecksum, to: output)
        }
    }
}
