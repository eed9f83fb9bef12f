import NIOCore

/// What a mail server answers: a code of three digits and some lines (RFC 5321 §4.2).
struct SMTPReply: Sendable, Equatable {
    let code: Int
    /// The lines without their codes, joined by a space.
    let text: String

    /// It did what it was asked for, or wants the message now.
    var isPositive: Bool { (200..<400).contains(code) }
    /// It says that the same again is of no use (RFC 5321 §4.2.1).
    var isFinal: Bool { (500..<600).contains(code) }
}

/// Puts the lines of a connection together to replies. Bytes may come in pieces of any size.
struct SMTPReplyReader {
    /// A server sends at most 512 bytes a line (RFC 5321 §4.5.3.1.5); one that sends more than this is not understood.
    static let longestLine = 2048
    /// The most lines of one reply.
    static let mostLines = 100

    private var received = ByteBuffer()
    private var code: Int?
    private var lines: [String] = []

    /// Takes bytes in.
    mutating func append(_ bytes: ByteBuffer) {
        received.writeImmutableBuffer(bytes)
    }

    /// The next whole reply; nil where there is more to come.
    ///
    /// - Throws: ``SMTPError`` where this is not the protocol; nothing more can then be understood.
    mutating func next() throws(SMTPError) -> SMTPReply? {
        while let line = try nextLine() {
            let (code, isLast, text) = try Self.parse(line)
            guard self.code ?? code == code, lines.count < Self.mostLines else {
                throw SMTPError("sent lines that make no reply: '\(line.prefix(80))'")
            }
            self.code = code
            lines.append(text)
            guard isLast else { continue }
            defer { (self.code, lines) = (nil, []) }
            return SMTPReply(code: code, text: String(lines.joined(separator: " ").prefix(500)))
        }
        return nil
    }

    private mutating func nextLine() throws(SMTPError) -> String? {
        let view = received.readableBytesView
        guard let end = view.firstIndex(of: UInt8(ascii: "\n")) else {
            guard view.count <= Self.longestLine else { throw SMTPError("sent a line without end") }
            return nil
        }
        let length = end - view.startIndex + 1
        guard length <= Self.longestLine else { throw SMTPError("sent a line of \(length) bytes") }
        let bytes = received.readBytes(length: length) ?? []
        received.discardReadBytes()
        return String(decoding: bytes.prefix { $0 != UInt8(ascii: "\r") && $0 != UInt8(ascii: "\n") }, as: UTF8.self)
    }

    /// `250-text`, `250 text` or `250`.
    private static func parse(_ line: String) throws(SMTPError) -> (code: Int, isLast: Bool, text: String) {
        let bytes = Array(line.utf8)
        let (digits, separator) = (bytes.prefix(3), bytes.dropFirst(3).first ?? UInt8(ascii: " "))
        guard digits.count == 3, digits.allSatisfy({ (0x30...0x39).contains($0) }), (0x32...0x35).contains(bytes[0]),
            separator == UInt8(ascii: " ") || separator == UInt8(ascii: "-")
        else { throw SMTPError("sent what is no reply: '\(line.prefix(80))'") }
        let code = digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
        return (code, separator == UInt8(ascii: " "), String(decoding: bytes.dropFirst(4), as: UTF8.self))
    }
}

/// A mail server that did not take a mail: the message is tried again later.
struct SMTPError: Error, Equatable, CustomStringConvertible {
    /// What it did.
    let description: String

    init(_ description: String) { self.description = description }
}
