/// Parses the heads of HTTP/1 messages strictly: what RFC 9112 does not allow is refused, and nothing is repaired.
///
/// A server behind that reads a message in another way than the edge is how requests are smuggled, so there is one reading
/// of what is passed on. Source: RFC 9112 §2 to §5, RFC 9110 §5.
package struct HeadParser {
    /// What came of the bytes so far.
    package enum Outcome {
        /// The head ends behind the bytes that are there.
        case incomplete
        /// The head is complete; it took so many bytes.
        case complete(Int)
    }

    private let bytes: UnsafeBufferPointer<UInt8>
    private let limits: HeadLimits
    private let head: Head
    private var place = 0

    private init(_ bytes: UnsafeBufferPointer<UInt8>, _ head: Head, _ limits: HeadLimits) {
        self.bytes = bytes
        self.head = head
        self.limits = limits
    }

    /// Parses a request's head; see ``RequestRules`` for what its fields mean.
    package static func request(
        _ bytes: UnsafeBufferPointer<UInt8>,
        into head: Head,
        limits: HeadLimits
    ) throws(HeadError) -> Outcome {
        var parser = HeadParser(bytes, head, limits)
        head.reset()
        do throws(Interruption) {
            // An empty line before a request may be left by the one before it (RFC 9112 §2.2).
            if try parser.isNext(UInt8(ascii: "\r")) { try parser.lineEnd() }
            try parser.requestLine()
            try parser.fieldLines()
        } catch {
            return try parser.outcome(of: error)
        }
        return parser.finish()
    }

    /// Parses a response's head.
    package static func response(
        _ bytes: UnsafeBufferPointer<UInt8>,
        into head: Head,
        limits: HeadLimits
    ) throws(HeadError) -> Outcome {
        var parser = HeadParser(bytes, head, limits)
        head.reset()
        do throws(Interruption) {
            try parser.statusLine()
            try parser.fieldLines()
        } catch {
            return try parser.outcome(of: error)
        }
        return parser.finish()
    }

    /// Parses the field lines of a trailer section (RFC 9112 §7.1.2).
    package static func trailers(
        _ bytes: UnsafeBufferPointer<UInt8>,
        into head: Head,
        limits: HeadLimits
    ) throws(HeadError) -> Outcome {
        var parser = HeadParser(bytes, head, limits)
        head.reset()
        do throws(Interruption) {
            try parser.fieldLines()
        } catch {
            return try parser.outcome(of: error)
        }
        return parser.finish()
    }

    /// Why parsing stopped before the end of the head.
    private enum Interruption: Error {
        case needsMore
        case failed(HeadError)
    }

    private func outcome(of interruption: Interruption) throws(HeadError) -> Outcome {
        switch interruption {
        case .needsMore:
            if bytes.count >= limits.headBytes { throw .fieldsTooLarge }
            return .incomplete
        case .failed(let error): throw error
        }
    }

    /// Takes the bytes along, so that the head stands by itself.
    private func finish() -> Outcome {
        head.append(UnsafeBufferPointer(rebasing: bytes[..<place]))
        return .complete(place)
    }

    // MARK: Start lines

    private mutating func requestLine() throws(Interruption) {
        let method = try word(Characters.token, "the method has a character that no method has")
        if method.isEmpty { throw .failed(.malformed("the request line has no method")) }
        if method.count > 32 { throw .failed(.malformed("the method is longer than 32 characters")) }
        try space("the method is not followed by a space")
        let target = try word(Characters.target, "the request target has a character that no target has")
        if target.count > limits.targetBytes { throw .failed(.targetTooLong) }
        if target.isEmpty { throw .failed(.malformed("the request line has no target")) }
        try space("the request target is not followed by one space and the version")
        try version()
        try lineEnd()
        head.methodName = method
        head.target = target
        head.method = Method(slice(method))
    }

    private mutating func statusLine() throws(Interruption) {
        try version()
        try space("the version is not followed by a space")
        var status = 0
        for _ in 0..<3 {
            let octet = try next()
            guard octet >= UInt8(ascii: "0"), octet <= UInt8(ascii: "9") else {
                throw .failed(.malformed("the status is not of three digits"))
            }
            status = status * 10 + Int(octet - UInt8(ascii: "0"))
        }
        guard status >= 100 else { throw .failed(.malformed("the status is below 100")) }
        head.status = status
        // A server may leave out the space where it has no reason phrase.
        if try isNext(UInt8(ascii: " ")) {
            place += 1
            _ = try word(Characters.value, "the reason phrase has a control character")
        }
        try lineEnd()
    }

    private mutating func version() throws(Interruption) {
        let text: StaticString = "HTTP/"
        for index in 0..<5 {
            guard try next() == text.utf8Start[index] else {
                throw .failed(.malformed("the version does not begin with HTTP/"))
            }
        }
        let major = try next()
        let point = try next()
        let minor = try next()
        let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
        guard digits.contains(major), point == UInt8(ascii: "."), digits.contains(minor) else {
            throw .failed(.malformed("the version is not of two digits"))
        }
        guard major == UInt8(ascii: "1") else { throw .failed(.versionNotSupported) }
        // What has a higher minor version is read as 1.1 (RFC 9110 §2.5).
        head.minorVersion = min(1, minor - UInt8(ascii: "0"))
    }

    // MARK: Fields

    private mutating func fieldLines() throws(Interruption) {
        while true {
            let first = try peek()
            if first == UInt8(ascii: "\r") { return try lineEnd() }
            if head.fields.count == limits.fields { throw .failed(.fieldsTooLarge) }
            if first == UInt8(ascii: " ") || first == UInt8(ascii: "\t") {
                throw .failed(.malformed("a field is folded over lines, or the first one begins with a space"))
            }
            let name = try word(Characters.token, "a field's name has a character that no name has")
            if name.isEmpty { throw .failed(.malformed("a field has no name")) }
            guard try next() == UInt8(ascii: ":") else {
                throw .failed(.malformed("white space between a field's name and its colon"))
            }
            let value = try fieldValue()
            if place > limits.headBytes { throw .failed(.fieldsTooLarge) }
            head.fields.append(Field(id: FieldName.find(slice(name)), name: name, value: value))
        }
    }

    /// The value without the white space around it.
    private mutating func fieldValue() throws(Interruption) -> Slice {
        while place < bytes.count, bytes[place] == UInt8(ascii: " ") || bytes[place] == UInt8(ascii: "\t") {
            place += 1
        }
        let start = place
        var end = start
        while true {
            let octet = try peek()
            if Characters.isIn(octet, Characters.value) {
                place += 1
                if octet != UInt8(ascii: " "), octet != UInt8(ascii: "\t") { end = place }
                continue
            }
            guard octet == UInt8(ascii: "\r") else {
                throw .failed(
                    .malformed("a field's value has a control character, or its line ends without a carriage return")
                )
            }
            try lineEnd()
            return Slice(start, end - start)
        }
    }

    // MARK: Octets

    /// Octets of a class, up to the first one that ends the word: a space, a carriage return, or the colon of a field's name.
    private mutating func word(_ wanted: UInt8, _ problem: StaticString) throws(Interruption) -> Slice {
        let start = place
        while place < bytes.count, Characters.isIn(bytes[place], wanted) { place += 1 }
        guard place < bytes.count else {
            if place >= limits.headBytes {
                throw .failed(wanted == Characters.target ? .targetTooLong : .fieldsTooLarge)
            }
            throw .needsMore
        }
        let end = bytes[place]
        let isEnd =
            wanted == Characters.value
            ? end == UInt8(ascii: "\r")
            : end == UInt8(ascii: " ") || wanted == Characters.token && end == UInt8(ascii: ":")
        guard isEnd else { throw .failed(.malformed(problem)) }
        return Slice(start, place - start)
    }

    private mutating func space(_ problem: StaticString) throws(Interruption) {
        guard try next() == UInt8(ascii: " ") else { throw .failed(.malformed(problem)) }
    }

    private mutating func lineEnd() throws(Interruption) {
        guard try next() == UInt8(ascii: "\r") else {
            throw .failed(.malformed("a line does not end in a carriage return and a line feed"))
        }
        guard try next() == UInt8(ascii: "\n") else {
            throw .failed(.malformed("a carriage return without a line feed"))
        }
    }

    @inline(__always)
    private func peek() throws(Interruption) -> UInt8 {
        guard place < bytes.count else { throw .needsMore }
        return bytes[place]
    }

    @inline(__always)
    private mutating func next() throws(Interruption) -> UInt8 {
        let octet = try peek()
        place += 1
        return octet
    }

    private func isNext(_ octet: UInt8) throws(Interruption) -> Bool { try peek() == octet }

    private func slice(_ slice: Slice) -> UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(rebasing: bytes[Int(slice.start)..<Int(slice.start + slice.count)])
    }
}
