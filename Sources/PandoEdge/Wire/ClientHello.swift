/// What the first message of TLS says openly: the server's name and the protocols to choose from (RFC 8446 §4.1.2, RFC 6066
/// §3, RFC 7301 §3.1). Read without an answer to it and without decryption, to route a connection that is passed through.
package struct ClientHello: Sendable, Equatable {
    /// What came of the bytes so far.
    package enum Outcome: Equatable, Sendable {
        /// The message ends behind the bytes that are there.
        case incomplete
        case complete(ClientHello)
    }

    /// Why no name can be told: this is not TLS, or not as it should be.
    package struct Failure: Error, Equatable, Sendable, CustomStringConvertible {
        /// What is wrong.
        package let description: String

        init(_ description: String) { self.description = description }
    }

    /// The largest message that is looked at, with all of its records.
    package static let maximumBytes = 16_384

    /// The name of the server in lower case; nil where the client says none.
    package var serverName: String?
    /// The protocols to choose from, in the client's order.
    package var protocols: [[UInt8]] = []

    package init() {}

    /// Reads the message at the beginning of a connection, which may come in several records.
    ///
    /// - Throws: ``Failure`` as soon as the bytes cannot become such a message.
    package static func parse(_ bytes: UnsafeBufferPointer<UInt8>) throws(Failure) -> Outcome {
        var records = OctetReader(UnsafeBufferPointer(rebasing: bytes.prefix(maximumBytes)))
        var message: [UInt8] = []
        while let length = try recordLength(&records), let part = records.octets(min(length, records.left)) {
            message += part
            if let hello = try parse(message: message) { return .complete(hello) }
            if part.count < length { break }
        }
        if bytes.count >= maximumBytes { throw .init("the first message of TLS is too large") }
        return .incomplete
    }

    /// The length of the record that begins; nil where its head is not all there (RFC 8446 §5.1).
    private static func recordLength(_ records: inout OctetReader) throws(Failure) -> Int? {
        guard let type = records.number(1) else { return nil }
        guard type == 22 else { throw .init("the connection does not begin with a handshake of TLS") }
        guard let major = records.number(1) else { return nil }
        guard major == 3 else { throw .init("the handshake is of an unknown version of TLS") }
        guard records.number(1) != nil, let length = records.number(2) else { return nil }
        guard (1...maximumBytes).contains(length) else { throw .init("a record of TLS is empty or too large") }
        return length
    }

    /// The message once it is whole; nil before.
    private static func parse(message: [UInt8]) throws(Failure) -> ClientHello? {
        guard let type = message.first else { return nil }
        guard type == 1 else { throw .init("the first message of TLS is no ClientHello") }
        guard message.count >= 4 else { return nil }
        let length = message[1..<4].reduce(0) { $0 << 8 | Int($1) }
        guard length <= maximumBytes - 4 else { throw .init("the first message of TLS is too large") }
        guard message.count >= 4 + length else { return nil }
        return try message.withUnsafeBufferPointer { (bytes) throws(Failure) in
            try parse(body: UnsafeBufferPointer(rebasing: bytes[4..<(4 + length)]))
        }
    }

    private static func parse(body: UnsafeBufferPointer<UInt8>) throws(Failure) -> ClientHello {
        var reader = OctetReader(body)
        // Version and random, session, cipher suites, compression.
        guard reader.octets(34) != nil, let session = reader.vector(1), session.count <= 32,
            let suites = reader.vector(2), suites.count >= 2, suites.count % 2 == 0,
            let compression = reader.vector(1), !compression.isEmpty
        else { throw malformed }
        var hello = ClientHello()
        if reader.isAtEnd { return hello }
        guard let list = reader.vector(2), reader.isAtEnd else { throw malformed }
        var extensions = OctetReader(list)
        var seen: Set<Int> = []
        while !extensions.isAtEnd {
            guard let type = extensions.number(2), let value = extensions.vector(2) else { throw malformed }
            guard seen.insert(type).inserted else { throw .init("an extension of TLS comes twice") }
            switch type {
            case 0: hello.serverName = try serverName(value)
            case 16: hello.protocols = try protocols(value)
            default: break
            }
        }
        return hello
    }

    private static var malformed: Failure { .init("the first message of TLS is malformed") }

    /// A list of names by type, of which only that of a host is known and may come once (RFC 6066 §3).
    private static func serverName(_ value: UnsafeBufferPointer<UInt8>) throws(Failure) -> String? {
        var reader = OctetReader(value)
        guard let list = reader.vector(2), !list.isEmpty, reader.isAtEnd else { throw malformed }
        var names = OctetReader(list)
        var found: String?
        while !names.isAtEnd {
            guard let type = names.number(1), let name = names.vector(2) else { throw malformed }
            guard type == 0 else { continue }
            guard found == nil else { throw .init("the first message of TLS has two names") }
            guard (1...255).contains(name.count), name.allSatisfy({ Characters.isIn($0, Characters.host) }) else {
                throw .init("the name in the first message of TLS is none of a host")
            }
            found = String(decoding: name.map(Characters.lowercased), as: UTF8.self)
        }
        return found
    }

    private static func protocols(_ value: UnsafeBufferPointer<UInt8>) throws(Failure) -> [[UInt8]] {
        var reader = OctetReader(value)
        guard let list = reader.vector(2), !list.isEmpty, reader.isAtEnd else { throw malformed }
        var names = OctetReader(list)
        var found: [[UInt8]] = []
        while !names.isAtEnd {
            guard let name = names.vector(1), !name.isEmpty else { throw malformed }
            found.append(Array(name))
        }
        return found
    }
}
