#if canImport(Glibc)
    import Glibc
#endif

/// Version 1 of the PROXY protocol: one line of text (proxy-protocol.txt §2.1).
enum ProxyProtocolText {
    /// The longest line with its end.
    static let maximumBytes = 107

    static func parse(_ bytes: UnsafeBufferPointer<UInt8>) throws(ProxyProtocol.Failure) -> ProxyProtocol.Outcome {
        let prefix = Array("PROXY ".utf8)
        for (octet, expected) in zip(bytes, prefix) where octet != expected {
            throw .init("the connection does not begin with a PROXY header")
        }
        let line = bytes.prefix(maximumBytes)
        guard let end = line.firstIndex(of: UInt8(ascii: "\r")) else {
            if line.contains(UInt8(ascii: "\n")) { throw .init("the PROXY line ends without a carriage return") }
            if line.count == maximumBytes { throw .init("the PROXY line is longer than 107 bytes") }
            return .incomplete
        }
        if line[..<end].contains(UInt8(ascii: "\n")) { throw .init("the PROXY line ends without a carriage return") }
        guard end + 1 < line.count else {
            if line.count == maximumBytes { throw .init("the PROXY line is longer than 107 bytes") }
            return .incomplete
        }
        guard line[end + 1] == UInt8(ascii: "\n") else { throw .init("the PROXY line ends without a line feed") }
        return .complete(try header(line[prefix.count..<end]), bytes: end + 2)
    }

    private static func header(
        _ line: Swift.Slice<UnsafeBufferPointer<UInt8>>
    ) throws(ProxyProtocol.Failure) -> ProxyHeader {
        let words = line.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
            .map { String(decoding: $0, as: UTF8.self) }
        // Whatever follows UNKNOWN is ignored.
        if words[0] == "UNKNOWN" { return ProxyHeader() }
        guard words.count == 5 else { throw .init("the PROXY line has not two addresses and two ports") }
        var header = ProxyHeader()
        switch words[0] {
        case "TCP4":
            guard let source = ProxyHeader.Endpoint.octets(words[1], AF_INET, 4),
                let destination = ProxyHeader.Endpoint.octets(words[2], AF_INET, 4)
            else { throw .init("the PROXY line has an address that is not of version 4") }
            header.source = .four(source, port: try port(words[3]))
            header.destination = .four(destination, port: try port(words[4]))
        case "TCP6":
            guard let source = ProxyHeader.Endpoint.octets(words[1], AF_INET6, 16),
                let destination = ProxyHeader.Endpoint.octets(words[2], AF_INET6, 16)
            else { throw .init("the PROXY line has an address that is not of version 6") }
            header.source = .six(source, port: try port(words[3]))
            header.destination = .six(destination, port: try port(words[4]))
        default: throw .init("the PROXY line has an unknown protocol")
        }
        return header
    }

    private static func port(_ text: String) throws(ProxyProtocol.Failure) -> UInt16 {
        guard text.utf8.allSatisfy(Characters.isDigit), text == "0" || !text.hasPrefix("0"), let port = UInt16(text)
        else {
            throw .init("the PROXY line has a port that is no number up to 65535")
        }
        return port
    }

    /// Writes the line; what the text has no form for is UNKNOWN.
    static func write(_ header: ProxyHeader, to output: OutputBytes) {
        guard !header.isLocal, !header.isDatagram, let source = header.source, let destination = header.destination
        else {
            return output.append("PROXY UNKNOWN\r\n" as StaticString)
        }
        let family: String
        switch (source, destination) {
        case (.four, .four): family = "TCP4"
        case (.six, .six): family = "TCP6"
        default: return output.append("PROXY UNKNOWN\r\n" as StaticString)
        }
        output.append(
            "PROXY \(family) \(source.address) \(destination.address) \(source.port) \(destination.port)\r\n" as String
        )
    }
}
