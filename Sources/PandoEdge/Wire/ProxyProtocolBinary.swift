/// Version 2 of the PROXY protocol: sixteen octets, addresses, and values with type and length (proxy-protocol.txt §2.2).
enum ProxyProtocolBinary {
    /// The octets in front of the addresses.
    static let prefixBytes = 16
    /// The octets of one address of a Unix socket.
    static let pathBytes = 108

    static func parse(_ bytes: UnsafeBufferPointer<UInt8>) throws(ProxyProtocol.Failure) -> ProxyProtocol.Outcome {
        if bytes.count > 12, bytes[12] & 0xF0 != 0x20 { throw .init("the PROXY header has an unknown version") }
        if bytes.count > 12, bytes[12] & 0x0F > 1 { throw .init("the PROXY header has an unknown command") }
        if bytes.count > 13, bytes[13] >> 4 > 3 || bytes[13] & 0x0F > 2 {
            throw .init("the PROXY header has an unknown family")
        }
        guard bytes.count >= prefixBytes else { return .incomplete }
        let total = prefixBytes + Int(bytes[14]) << 8 + Int(bytes[15])
        guard total <= ProxyProtocol.maximumBytes else { throw .init("the PROXY header is too large") }
        guard bytes.count >= total else { return .incomplete }
        var header = ProxyHeader()
        guard bytes[12] & 0x0F == 1 else {
            header.isLocal = true
            return .complete(header, bytes: total)
        }
        // With an unknown family or transport nothing is said that could be used, not even where the values begin.
        guard bytes[13] >> 4 > 0, bytes[13] & 0x0F > 0 else { return .complete(header, bytes: total) }
        header.isDatagram = bytes[13] & 0x0F == 2
        var reader = OctetReader(UnsafeBufferPointer(rebasing: bytes[prefixBytes..<total]))
        try readAddresses(&reader, bytes[13] >> 4, &header)
        let whole = UnsafeBufferPointer(rebasing: bytes[..<total])
        try ProxyProtocolValues.read(&reader, whole, into: &header)
        return .complete(header, bytes: total)
    }

    private static func readAddresses(
        _ reader: inout OctetReader,
        _ family: UInt8,
        _ header: inout ProxyHeader
    ) throws(ProxyProtocol.Failure) {
        let size = family == 1 ? 4 : family == 2 ? 16 : pathBytes
        guard let source = reader.octets(size), let destination = reader.octets(size) else { throw tooShort }
        guard family != 3 else {
            header.source = .unix(Array(source.prefix { $0 != 0 }))
            header.destination = .unix(Array(destination.prefix { $0 != 0 }))
            return
        }
        guard let sourcePort = reader.number(2), let destinationPort = reader.number(2) else { throw tooShort }
        let ports = (UInt16(sourcePort), UInt16(destinationPort))
        if family == 1 {
            header.source = .four(Array(source), port: ports.0)
            header.destination = .four(Array(destination), port: ports.1)
        } else {
            header.source = .six(Array(source), port: ports.0)
            header.destination = .six(Array(destination), port: ports.1)
        }
    }

    private static var tooShort: ProxyProtocol.Failure { .init("the PROXY header is shorter than its addresses") }

    /// Writes a header.
    ///
    /// - Parameter withChecksum: Whether to add a CRC32c of the whole.
    static func write(_ header: ProxyHeader, withChecksum: Bool, to output: OutputBytes) {
        var octets = ProxyProtocol.signature
        octets.append(header.isLocal ? 0x20 : 0x21)
        let (family, addresses) = header.isLocal ? (0, []) : addresses(header)
        octets.append(family)
        octets += [0, 0]
        octets += addresses
        if family != 0 {
            ProxyProtocolValues.write(header, to: &octets)
            if withChecksum { octets += [ProxyProtocolValues.checksum, 0, 4, 0, 0, 0, 0] }
        }
        let length = octets.count - prefixBytes
        precondition(octets.count <= ProxyProtocol.maximumBytes, "the values of a PROXY header are too large")
        octets[14] = UInt8(length >> 8)
        octets[15] = UInt8(length & 0xFF)
        if family != 0, withChecksum {
            let sum = CRC32C.of(octets)
            for index in 0..<4 {
                octets[octets.count - 4 + index] = UInt8(truncatingIfNeeded: sum >> UInt32(24 - 8 * index))
            }
        }
        octets.withUnsafeBufferPointer { output.append($0) }
    }

    private static func addresses(_ header: ProxyHeader) -> (family: UInt8, octets: [UInt8]) {
        let transport: UInt8 = header.isDatagram ? 2 : 1
        switch (header.source, header.destination) {
        case (.four(let source, let from)?, .four(let destination, let to)?):
            return (0x10 | transport, source + destination + octets(from) + octets(to))
        case (.six(let source, let from)?, .six(let destination, let to)?):
            return (0x20 | transport, source + destination + octets(from) + octets(to))
        case (.unix(let source)?, .unix(let destination)?):
            return (0x30 | transport, padded(source) + padded(destination))
        default: return (0, [])
        }
    }

    private static func octets(_ port: UInt16) -> [UInt8] { [UInt8(port >> 8), UInt8(port & 0xFF)] }

    private static func padded(_ path: [UInt8]) -> [UInt8] {
        path.prefix(pathBytes) + [UInt8](repeating: 0, count: max(0, pathBytes - path.count))
    }
}
