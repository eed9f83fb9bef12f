/// Parses the heads of HTTP/1 messages strictly: what RFC 9112 does not allow is refused, and nothing is repaired.
///
/// A server behind that reads a message in another way than the edge is how requests are smuggled, so there is one reading
/// of what is passed on. Source: RFC 9112 §2 to §5, RFC 9110 §5.
///
/// It reads the head's own copy of the bytes, with zeros behind them: a zero belongs to no word, so that no step has to look
/// for the end of what is there.
package struct HeadParser {
    /// What came of the bytes so far.
    package enum Outcome: Equatable, Sendable {
        /// The head ends behind the bytes that are there.
        case incomplete
        /// The head is complete; it took so many bytes.
        case complete(Int)
    }

    private enum Kind {
        case request, response, trailers
    }

    /// Why parsing stopped before the end of the head.
    private enum Interruption: Error {
        case needsMore
        case failed(HeadError)
    }

    /// Bytes that are looked at first: most heads are smaller, and what lies behind them in a buffer may be a large body.
    private static let firstBytes = 4096

    private let base: UnsafePointer<UInt8>
    private let end: Int
    private let kind: Kind
    private let limits: HeadLimits
    private let names = FieldNameTable.entries
    private var place = 0

    // MARK: Entrances

    /// Parses a request's head; see ``RequestRules`` for what its fields mean.
    package static func request(
        _ bytes: UnsafeBufferPointer<UInt8>,
        into head: Head,
        limits: HeadLimits
    ) throws(HeadError) -> Outcome {
        try parse(bytes, .request, head, limits)
    }

    /// Parses a response's head; see ``ResponseRules`` for what its fields mean.
    package static func response(
        _ bytes: UnsafeBufferPointer<UInt8>,
        into head: Head,
        limits: HeadLimits
    ) throws(HeadError) -> Outcome {
        try parse(bytes, .response, head, limits)
    }

    /// Parses the field lines of a trailer section (RFC 9112 §7.1.2); see ``TrailerRules`` for which of them count.
    package static func trailers(
        _ bytes: UnsafeBufferPointer<UInt8>,
        into head: Head,
        limits: HeadLimits
    ) throws(HeadError) -> Outcome {
        try parse(bytes, .trailers, head, limits)
    }

    /// Whether an incomplete head is worth another look: not before a line has ended since. So a client that sends octet by
    /// octet costs a look for each line and not for each octet.
    ///
    /// - Parameter seen: How many bytes there were at the last look.
    package static func isWorthAnotherLook(
        _ bytes: UnsafeBufferPointer<UInt8>,
        seen: Int,
        limits: HeadLimits
    ) -> Bool {
        bytes.count >= limits.headBytes || bytes[min(seen, bytes.count)...].contains(UInt8(ascii: "\n"))
    }

    private static func parse(
        _ bytes: UnsafeBufferPointer<UInt8>,
        _ kind: Kind,
        _ head: Head,
        _ limits: HeadLimits
    ) throws(HeadError) -> Outcome {
        let visible = min(bytes.count, limits.headBytes)
        let first = min(visible, firstBytes)
        var taken = try attempt(UnsafeBufferPointer(rebasing: bytes[..<first]), kind, head, limits)
        if taken == nil, first < visible {
            taken = try attempt(UnsafeBufferPointer(rebasing: bytes[..<visible]), kind, head, limits)
        }
        if let taken { return .complete(taken) }
        if bytes.count >= limits.headBytes { throw .fieldsTooLarge }
        return .incomplete
    }

    /// How many bytes the head took; nil where it ends behind them.
    private static func attempt(
        _ bytes: UnsafeBufferPointer<UInt8>,
        _ kind: Kind,
        _ head: Head,
        _ limits: HeadLimits
    ) throws(HeadError) -> Int? {
        var parser = HeadParser(base: head.begin(bytes), end: bytes.count, kind: kind, limits: limits)
        do throws(Interruption) {
            switch kind {
            case .request: try parser.requestLine(head)
            case .response: try parser.statusLine(head)
            case .trailers: break
            }
            // The array is taken out and put back, because each access to a property of an object is checked.
            var fields = ContiguousArray<Field>()
            swap(&fields, &head.fields)
            defer { swap(&fields, &head.fields) }
            try parser.fieldLines(&fields)
        } catch {
            switch error {
            case .needsMore: return nil
            case .failed(let error): throw error
            }
        }
        head.end(at: parser.place)
        return parser.place
    }

    private init(base: UnsafePointer<UInt8>, end: Int, kind: Kind, limits: HeadLimits) {
        self.base = base
        self.end = end
        self.kind = kind
        self.limits = limits
    }

    // MARK: Start lines

    private mutating func requestLine(_ head: Head) throws(Interruption) {
        // An empty line before a request may be left by the one before it (RFC 9112 §2.2).
        if base[place] == UInt8(ascii: "\r") { try lineEnd() }
        let method = token()
        if method.count > 32 { throw .failed(.malformed("the method is longer than 32 characters")) }
        try space("the method has a character that no method has")
        if method.isEmpty { throw .failed(.malformed("the request line has no method")) }
        let start = place
        place = OctetScan.endOfTarget(base, place)
        let target = Slice(start, place - start)
        if target.count > limits.targetBytes { throw .failed(.targetTooLong) }
        try space(
            "the request target is not followed by one space and the version, or has a character that no target has"
        )
        if target.isEmpty { throw .failed(.malformed("the request line has no target")) }
        head.minorVersion = try version()
        try lineEnd()
        head.methodName = method
        head.target = target
        head.method = Method(head.bytes(method))
    }

    private mutating func statusLine(_ head: Head) throws(Interruption) {
        head.minorVersion = try version()
        try space("the version is not followed by a space")
        var status = 0
        for _ in 0..<3 {
            guard Characters.isDigit(base[place]) else { throw unexpected("the status is not of three digits") }
            status = status * 10 + Int(base[place] - UInt8(ascii: "0"))
            place += 1
        }
        guard status >= 100 else { throw .failed(.malformed("the status is below 100")) }
        head.status = status
        // A server may leave out the space where it has no reason phrase.
        if base[place] == UInt8(ascii: " ") {
            while Characters.isIn(base[place], Characters.value) { place += 1 }
        }
        try lineEnd()
    }

    /// The minor version; what has a higher one is read as 1.1 (RFC 9110 §2.5).
    @inline(__always)
    private mutating func version() throws(Interruption) -> UInt8 {
        // "HTTP/1.1", its first octet lowest.
        if OctetScan.load(base + place) == 0x312E_312F_5054_5448 {
            place += 8
            return 1
        }
        return try otherVersion()
    }

    private mutating func otherVersion() throws(Interruption) -> UInt8 {
        let text: StaticString = "HTTP/"
        for index in 0..<5 {
            guard base[place] == text.utf8Start[index] else {
                throw unexpected("the version does not begin with HTTP/")
            }
            place += 1
        }
        guard Characters.isDigit(base[place]) else { throw unexpected("the version is not of two digits") }
        let major = base[place]
        place += 1
        guard base[place] == UInt8(ascii: ".") else { throw unexpected("the version is not of two digits") }
        place += 1
        guard Characters.isDigit(base[place]) else { throw unexpected("the version is not of two digits") }
        let minor = base[place] - UInt8(ascii: "0")
        place += 1
        guard major == UInt8(ascii: "1") else { throw .failed(.versionNotSupported) }
        return min(1, minor)
    }

    // MARK: Fields

    private mutating func fieldLines(_ fields: inout ContiguousArray<Field>) throws(Interruption) {
        while base[place] != UInt8(ascii: "\r") {
            if place == end { throw .needsMore }
            if fields.count == limits.fields { throw .failed(.fieldsTooLarge) }
            let (name, classes) = fieldName()
            if base[place] != UInt8(ascii: ":") { try blanksBeforeColon(name) }
            if name.isEmpty { throw .failed(.malformed("a field has no name")) }
            if classes & Characters.underscore != 0, kind != .response { try checkUnderscores(name) }
            place += 1
            let id = FieldNameTable.find(base + Int(name.start), Int(name.count), in: names)
            fields.append(Field(id: id, name: name, value: try fieldValue()))
        }
        try lineEnd()
    }

    /// A name, and which classes its characters are of.
    @inline(__always)
    private mutating func fieldName() -> (name: Slice, classes: UInt8) {
        var (here, classes) = (place, UInt8(0))
        while true {
            let found = Characters.classes[Int(base[here])]
            guard found & Characters.token != 0 else { break }
            classes |= found
            here &+= 1
        }
        defer { place = here }
        return (Slice(place, here - place), classes)
    }

    /// Explains why no colon follows a name. White space there is removed from a response, and nowhere else (RFC 9112 §5.1).
    private mutating func blanksBeforeColon(_ name: Slice) throws(Interruption) {
        guard Characters.isBlank(base[place]) else {
            throw unexpected("a field's name has a character that no name has, or no colon behind it")
        }
        if name.isEmpty {
            throw .failed(.malformed("a field is folded over lines, or the first one begins with white space"))
        }
        guard kind == .response else {
            throw .failed(.malformed("white space between a field's name and its colon"))
        }
        while Characters.isBlank(base[place]) { place += 1 }
        guard base[place] == UInt8(ascii: ":") else { throw unexpected("a field's name has white space in it") }
    }

    /// Refuses a known name with underscores in the place of hyphens: servers that make variables of the fields cannot tell the
    /// two apart, and the edge would pass on what it meant to replace.
    private func checkUnderscores(_ name: Slice) throws(Interruption) {
        let name = UnsafeBufferPointer(start: base + Int(name.start), count: Int(name.count))
        if FieldName.isKnownWithUnderscores(name) {
            throw .failed(.malformed("a field's name is a known one with underscores for hyphens"))
        }
    }

    /// The value without the white space around it.
    @inline(__always)
    private mutating func fieldValue() throws(Interruption) -> Slice {
        while Characters.isBlank(base[place]) { place += 1 }
        let start = place
        place = OctetScan.endOfValue(base, place)
        while base[place] == UInt8(ascii: "\t") { place = OctetScan.endOfValue(base, place + 1) }
        var last = place
        while last > start, Characters.isBlank(base[last - 1]) { last -= 1 }
        try lineEnd()
        return Slice(start, last - start)
    }

    // MARK: Octets

    @inline(__always)
    private mutating func token() -> Slice {
        var here = place
        while Characters.isIn(base[here], Characters.token) { here &+= 1 }
        defer { place = here }
        return Slice(place, here - place)
    }

    @inline(__always)
    private mutating func space(_ problem: StaticString) throws(Interruption) {
        guard base[place] == UInt8(ascii: " ") else { throw unexpected(problem) }
        place += 1
    }

    @inline(__always)
    private mutating func lineEnd() throws(Interruption) {
        guard base[place] == UInt8(ascii: "\r"), base[place + 1] == UInt8(ascii: "\n") else { throw brokenLineEnd() }
        place += 2
    }

    private mutating func brokenLineEnd() -> Interruption {
        guard base[place] == UInt8(ascii: "\r") else {
            return unexpected("a control character, or a line that does not end in a carriage return and a line feed")
        }
        place += 1
        return unexpected("a carriage return without a line feed")
    }

    /// What an octet that should not be here means: the end of what has come so far, or a fault.
    private func unexpected(_ problem: StaticString) -> Interruption {
        place == end ? .needsMore : .failed(.malformed(problem))
    }
}
