/// Reads JSON strictly (RFC 8259): no byte order mark, no trailing comma, nothing behind the value, at most ``depthLimit`` levels.
struct JSONScanner {
    /// Arrays and objects in each other.
    static let depthLimit = 64

    /// What begins at a place.
    enum Kind { case object, array, string, number, literal }

    let bytes: UnsafeBufferPointer<UInt8>
    private(set) var place = 0

    init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

    // MARK: Tokens

    /// The byte at hand; 0 at the end, which begins nothing.
    private var byte: UInt8 { place < bytes.count ? bytes[place] : 0 }

    func fault(_ problem: StaticString) -> JSONFault {
        JSONFault(place: place, problem: place < bytes.count ? problem : "it ends too early")
    }

    mutating func skipBlanks() {
        while place < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[place]) { place += 1 }
    }

    /// Takes a byte if it is there, behind white space.
    mutating func take(_ octet: Character) -> Bool {
        skipBlanks()
        guard byte == octet.asciiValue, place < bytes.count else { return false }
        place += 1
        return true
    }

    mutating func expect(_ octet: Character, _ problem: StaticString) throws(JSONFault) {
        if !take(octet) { throw fault(problem) }
    }

    /// What the next value is.
    mutating func next() throws(JSONFault) -> Kind {
        skipBlanks()
        switch byte {
        case UInt8(ascii: "{"): return .object
        case UInt8(ascii: "["): return .array
        case UInt8(ascii: "\""): return .string
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return .number
        case UInt8(ascii: "t"), UInt8(ascii: "f"), UInt8(ascii: "n"): return .literal
        default: throw fault("there is no value here")
        }
    }

    /// Only white space is left.
    mutating func finish() throws(JSONFault) {
        skipBlanks()
        if place < bytes.count { throw fault("something follows the value") }
    }

    /// Takes `true`, `false` or `null`.
    mutating func literal() throws(JSONFault) -> JSONValue {
        for (text, value) in [("true", JSONValue.bool(true)), ("false", .bool(false)), ("null", .null)]
        where bytes[place...].starts(with: text.utf8) {
            place += text.utf8.count
            return value
        }
        throw fault("there is no value here")
    }

    /// Takes a number (§6).
    mutating func number() throws(JSONFault) -> JSONValue {
        let start = place
        if byte == UInt8(ascii: "-") { place += 1 }
        if byte == UInt8(ascii: "0") {
            place += 1
        } else {
            try digits()
        }
        var isWhole = true
        if byte == UInt8(ascii: ".") {
            isWhole = false
            place += 1
            try digits()
        }
        if byte == UInt8(ascii: "e") || byte == UInt8(ascii: "E") {
            isWhole = false
            place += 1
            if byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-") { place += 1 }
            try digits()
        }
        let text = String(decoding: bytes[start..<place], as: UTF8.self)
        if isWhole, let value = Int64(text) { return .integer(value) }
        guard let value = Double(text) else { throw fault("this is no number") }
        return JSONValue(number: value)
    }

    private mutating func digits() throws(JSONFault) {
        guard Characters.isDigit(byte) else { throw fault("a digit is missing") }
        while Characters.isDigit(byte) { place += 1 }
    }

    /// Takes a string, and says where its characters are and whether some are escaped (§7).
    mutating func rawString() throws(JSONFault) -> (range: Range<Int>, isEscaped: Bool) {
        place += 1
        let start = place
        var isEscaped = false
        while place < bytes.count {
            switch bytes[place] {
            case UInt8(ascii: "\""):
                defer { place += 1 }
                return (start..<place, isEscaped)
            case UInt8(ascii: "\\"):
                isEscaped = true
                place += 2
            case 0..<0x20: throw fault("a control character in a string")
            default: place += 1
            }
        }
        place = bytes.count
        throw fault("it ends too early")
    }

    /// Takes a string.
    mutating func string() throws(JSONFault) -> String {
        let (range, isEscaped) = try rawString()
        let raw = UnsafeBufferPointer(rebasing: bytes[range])
        guard isEscaped else {
            guard let text = String(validating: raw, as: UTF8.self) else { throw fault("a string is not UTF-8") }
            return text
        }
        guard let text = JSONEscapes.decode(raw) else { throw fault("a string has an escape that means nothing") }
        return text
    }

    // MARK: Values

    /// Takes a value without keeping it.
    mutating func skip(depth: Int = 0) throws(JSONFault) {
        switch try next() {
        case .string: _ = try string()
        case .number: _ = try number()
        case .literal: _ = try literal()
        case .array:
            try enter(depth)
            if take("]") { return }
            repeat { try skip(depth: depth + 1) } while take(",")
            try expect("]", "an array goes on without a comma")
        case .object:
            try enter(depth)
            if take("}") { return }
            repeat {
                _ = try name()
                try skip(depth: depth + 1)
            } while take(",")
            try expect("}", "an object goes on without a comma")
        }
    }

    /// Takes the bracket that opens an array or an object.
    mutating func enter(_ depth: Int) throws(JSONFault) {
        if depth == Self.depthLimit { throw fault("it goes too deep") }
        place += 1
    }

    /// Takes a member's name and its colon.
    mutating func name() throws(JSONFault) -> String {
        skipBlanks()
        guard byte == UInt8(ascii: "\"") else { throw fault("a member has no name in quotes") }
        let name = try string()
        try expect(":", "a member has no colon")
        return name
    }

    /// Takes a value.
    mutating func value(depth: Int = 0) throws(JSONFault) -> JSONValue {
        switch try next() {
        case .string: return .string(try string())
        case .number: return try number()
        case .literal: return try literal()
        case .array:
            try enter(depth)
            var elements: [JSONValue] = []
            if take("]") { return .array(elements) }
            repeat { elements.append(try value(depth: depth + 1)) } while take(",")
            try expect("]", "an array goes on without a comma")
            return .array(elements)
        case .object:
            try enter(depth)
            var members: [String: JSONValue] = [:]
            if take("}") { return .object(members) }
            repeat {
                let name = try name()
                let member = try value(depth: depth + 1)
                // Who reads it next may take the other one.
                if members.updateValue(member, forKey: name) != nil { throw fault("a name appears twice in an object") }
            } while take(",")
            try expect("}", "an object goes on without a comma")
            return .object(members)
        }
    }
}

extension JSONValue {
    /// Reads a whole text.
    init(reading bytes: UnsafeBufferPointer<UInt8>) throws(JSONFault) {
        var scanner = JSONScanner(bytes)
        self = try scanner.value()
        try scanner.finish()
    }

    /// Reads a whole text.
    init(reading bytes: [UInt8]) throws(JSONFault) {
        self = try bytes.withUnsafeBufferPointer { bytes throws(JSONFault) in try JSONValue(reading: bytes) }
    }
}
