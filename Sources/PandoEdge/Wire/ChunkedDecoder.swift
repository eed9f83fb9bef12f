/// Finds the data in a chunked body (RFC 9112 §7.1), strictly: one line feed in the wrong place is an error.
///
/// It says what the next bytes are and holds none of them; only the trailer section is left to its caller, whole.
package struct ChunkedDecoder: Sendable {
    private enum State: Sendable {
        case size(digits: Int)
        case extensions(ChunkExtension)
        case sizeEnd
        case data
        case dataEnd
        case dataEndFeed
        case trailers
    }

    /// What the bytes at a place are.
    package enum Step: Equatable, Sendable {
        /// So many bytes of the body.
        case data(Int)
        /// So many bytes that are no part of it.
        case skip(Int)
        /// The trailer section begins, which ends with an empty line.
        case trailers
    }

    private var state = State.size(digits: 0)
    private var left: UInt64 = 0
    /// Bytes of extensions in this body, which nobody needs.
    private var extensionBytes = 0

    /// The most bytes of extensions that a body may have.
    static let maximumExtensionBytes = 4096

    package init() {}

    /// Looks at bytes, of which there is one at least.
    package mutating func next(_ bytes: UnsafeBufferPointer<UInt8>) throws(HeadError) -> Step {
        switch state {
        case .trailers: return .trailers
        case .data:
            let count = Int(min(UInt64(bytes.count), left))
            left -= UInt64(count)
            if left == 0 { state = .dataEnd }
            return .data(count)
        case .size, .extensions, .sizeEnd, .dataEnd, .dataEndFeed:
            var count = 0
            while count < bytes.count, try take(bytes[count]) { count += 1 }
            return .skip(count)
        }
    }

    /// Takes an octet of the framing; false where data or trailers begin with it.
    private mutating func take(_ octet: UInt8) throws(HeadError) -> Bool {
        switch state {
        case .data, .trailers: return false
        case .size(let digits): state = try takeSize(octet, digits)
        case .extensions(var part):
            extensionBytes += 1
            guard extensionBytes <= Self.maximumExtensionBytes else {
                throw .malformed("the chunks' extensions are too large")
            }
            state = try part.take(octet) ? .sizeEnd : .extensions(part)
        case .sizeEnd:
            guard octet == UInt8(ascii: "\n") else { throw .malformed("a chunk's size is not followed by a line end") }
            state = left == 0 ? .trailers : .data
        case .dataEnd:
            guard octet == UInt8(ascii: "\r") else { throw .malformed("a chunk is longer than its size") }
            state = .dataEndFeed
        case .dataEndFeed:
            guard octet == UInt8(ascii: "\n") else { throw .malformed("a chunk is not followed by a line end") }
            state = .size(digits: 0)
        }
        return true
    }

    private mutating func takeSize(_ octet: UInt8, _ digits: Int) throws(HeadError) -> State {
        if let value = Characters.hexadecimal(octet) {
            guard digits < 15 else { throw .malformed("a chunk's size has more than 15 digits") }
            left = left << 4 | value
            return .size(digits: digits + 1)
        }
        guard digits > 0 else { throw .malformed("a chunk has no size") }
        switch octet {
        case UInt8(ascii: "\r"): return .sizeEnd
        case UInt8(ascii: ";"), UInt8(ascii: " "), UInt8(ascii: "\t"):
            extensionBytes += 1
            return .extensions(octet == UInt8(ascii: ";") ? .beforeName : .beforeSemicolon)
        default: throw .malformed("a chunk's size has a character that is no digit")
        }
    }
}

/// Where in the extensions of a chunk an octet stands (RFC 9112 §7.1.1). They are ignored, but not what is no extension.
private enum ChunkExtension: Sendable {
    /// White space behind the size or an extension: only another extension may follow.
    case beforeSemicolon
    case beforeName
    case name
    /// White space behind a name.
    case afterName
    case beforeValue
    case value
    case quoted
    case escaped
    /// Behind the closing quotation mark.
    case afterQuoted

    /// Takes an octet; true where it is the carriage return at the end.
    mutating func take(_ octet: UInt8) throws(HeadError) -> Bool {
        let isBlank = Characters.isBlank(octet)
        let isToken = Characters.isIn(octet, Characters.token)
        switch (self, octet) {
        case (.name, UInt8(ascii: "\r")), (.value, UInt8(ascii: "\r")), (.afterQuoted, UInt8(ascii: "\r")): return true
        case (.quoted, UInt8(ascii: "\"")): self = .afterQuoted
        case (.quoted, UInt8(ascii: "\\")): self = .escaped
        case (.quoted, _) where Characters.isIn(octet, Characters.value): break
        case (.escaped, _) where Characters.isIn(octet, Characters.value): self = .quoted
        case (.name, _) where isToken, (.value, _) where isToken: break
        case (.beforeName, _) where isToken: self = .name
        case (.beforeValue, _) where isToken: self = .value
        case (.beforeValue, UInt8(ascii: "\"")): self = .quoted
        case (.beforeSemicolon, _) where isBlank, (.beforeName, _) where isBlank, (.afterName, _) where isBlank,
            (.beforeValue, _) where isBlank:
            break
        case (.name, _) where isBlank: self = .afterName
        case (.value, _) where isBlank, (.afterQuoted, _) where isBlank: self = .beforeSemicolon
        case (.name, UInt8(ascii: "=")), (.afterName, UInt8(ascii: "=")): self = .beforeValue
        case (.name, UInt8(ascii: ";")), (.afterName, UInt8(ascii: ";")), (.value, UInt8(ascii: ";")),
            (.afterQuoted, UInt8(ascii: ";")), (.beforeSemicolon, UInt8(ascii: ";")):
            self = .beforeName
        default: throw .malformed("a chunk's extension is none")
        }
        return false
    }
}
