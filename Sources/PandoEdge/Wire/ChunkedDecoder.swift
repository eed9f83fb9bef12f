/// Finds the data in a chunked body (RFC 9112 §7.1), strictly: one line feed in the wrong place is an error.
///
/// It says what the next bytes are and holds none of them; only the trailer section is left to its caller, whole.
package struct ChunkedDecoder: Sendable {
    private enum State: Sendable {
        case size(digits: Int)
        case extensions
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
            return count == 0 ? try next(bytes) : .skip(count)
        }
    }

    /// Takes an octet of the framing; false where data or trailers begin with it.
    private mutating func take(_ octet: UInt8) throws(HeadError) -> Bool {
        switch state {
        case .data, .trailers: return false
        case .size(let digits):
            if let value = Characters.hexadecimal(octet) {
                guard digits < 15 else { throw .malformed("a chunk's size has more than 15 digits") }
                left = left << 4 | value
                state = .size(digits: digits + 1)
                return true
            }
            guard digits > 0 else { throw .malformed("a chunk has no size") }
            switch octet {
            case UInt8(ascii: "\r"): state = .sizeEnd
            case UInt8(ascii: ";"): state = .extensions
            default: throw .malformed("a chunk's size has a character that is no digit")
            }
        case .extensions:
            extensionBytes += 1
            guard extensionBytes <= Self.maximumExtensionBytes else { throw .fieldsTooLarge }
            if octet == UInt8(ascii: "\r") {
                state = .sizeEnd
            } else if !Characters.isIn(octet, Characters.value) {
                throw .malformed("a chunk's extension has a control character")
            }
        case .sizeEnd:
            guard octet == UInt8(ascii: "\n") else { throw .malformed("a chunk's size is not followed by a line end") }
            state = left == 0 ? .trailers : .data
        case .dataEnd:
            guard octet == UInt8(ascii: "\r") else { throw .malformed("a chunk is longer than its size") }
            state = .dataEndFeed
        case .dataEndFeed:
            guard octet == UInt8(ascii: "\n") else { throw .malformed("a chunk is not followed by a line end") }
            state = .size(digits: 0)
            left = 0
        }
        return true
    }
}
