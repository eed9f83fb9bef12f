/// Reads a dictionary of RFC 8941 (§4.2.2), strictly: one character out of place makes the whole field invalid.
///
/// It keeps what cache directives can be, true and integers (RFC 9213 §2.1), and reads the rest only to know that it is right.
struct StructuredDictionary {
    enum Value: Equatable {
        case boolean(Bool)
        case integer(Int64)
        case string(String)
        case other
    }

    /// Keys and values in their order; of a key that is repeated the last value counts (RFC 8941 §3.2).
    private(set) var members: [(key: String, value: Value)] = []

    /// Reads the lines of a field, as one list; nil where they are not a dictionary.
    init?(_ lines: [UnsafeBufferPointer<UInt8>]) {
        var bytes: [UInt8] = []
        for line in lines {
            if !bytes.isEmpty { bytes += [UInt8(ascii: ","), UInt8(ascii: " ")] }
            bytes += line
        }
        let found = bytes.withUnsafeBufferPointer { bytes in
            var reader = StructuredReader(bytes: bytes)
            return reader.dictionary()
        }
        guard let found else { return nil }
        var keys: Set<String> = []
        members = found.reversed().filter { keys.insert($0.key).inserted }.reversed()
    }
}

/// A place in the text of a structured field.
struct StructuredReader {
    let bytes: UnsafeBufferPointer<UInt8>
    private var place = 0

    init(bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

    private var current: UInt8? { place < bytes.count ? bytes[place] : nil }

    mutating func dictionary() -> [(key: String, value: StructuredDictionary.Value)]? {
        var members: [(key: String, value: StructuredDictionary.Value)] = []
        skipSpaces(tabs: false)
        while current != nil {
            guard let key = key() else { return nil }
            var value = StructuredDictionary.Value.boolean(true)
            if take("=") {
                guard let found = current == UInt8(ascii: "(") ? innerList() : bareItem() else { return nil }
                value = found
            }
            guard parameters() else { return nil }
            members.append((key, value))
            skipSpaces(tabs: true)
            guard current != nil else { return members }
            guard take(",") else { return nil }
            skipSpaces(tabs: true)
            if current == nil { return nil }
        }
        return members
    }

    private mutating func take(_ octet: Unicode.Scalar) -> Bool {
        guard current == UInt8(ascii: octet) else { return false }
        place += 1
        return true
    }

    private mutating func skipSpaces(tabs: Bool) {
        while let octet = current, octet == UInt8(ascii: " ") || tabs && octet == UInt8(ascii: "\t") { place += 1 }
    }

    private static func isLower(_ octet: UInt8) -> Bool { octet >= UInt8(ascii: "a") && octet <= UInt8(ascii: "z") }
    private static func isDigit(_ octet: UInt8) -> Bool { octet >= UInt8(ascii: "0") && octet <= UInt8(ascii: "9") }

    private mutating func key() -> String? {
        guard let first = current, Self.isLower(first) || first == UInt8(ascii: "*") else { return nil }
        let start = place
        while let octet = current, Self.isLower(octet) || Self.isDigit(octet) || "_-.*".utf8.contains(octet) {
            place += 1
        }
        return String(decoding: bytes[start..<place], as: UTF8.self)
    }

    private mutating func parameters() -> Bool {
        while take(";") {
            skipSpaces(tabs: false)
            guard key() != nil else { return false }
            if take("="), bareItem() == nil { return false }
        }
        return true
    }

    private mutating func innerList() -> StructuredDictionary.Value? {
        place += 1
        while current != nil {
            skipSpaces(tabs: false)
            if take(")") { return .other }
            guard bareItem() != nil, parameters() else { return nil }
            guard current == UInt8(ascii: " ") || current == UInt8(ascii: ")") else { return nil }
        }
        return nil
    }

    private mutating func bareItem() -> StructuredDictionary.Value? {
        guard let first = current else { return nil }
        switch first {
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return number()
        case UInt8(ascii: "\""): return string()
        case UInt8(ascii: ":"): return byteSequence()
        case UInt8(ascii: "?"): return boolean()
        default: return token(first)
        }
    }

    /// An integer of at most 15 digits, or a decimal of at most 12 and 3 (RFC 8941 §4.2.4).
    private mutating func number() -> StructuredDictionary.Value? {
        let isNegative = take("-")
        let start = place
        var found: Int64 = 0
        while let octet = current, Self.isDigit(octet), place - start < 16 {
            found = found * 10 + Int64(octet - UInt8(ascii: "0"))
            place += 1
        }
        let digits = place - start
        guard digits > 0, digits <= 15 else { return nil }
        guard take(".") else { return .integer(isNegative ? -found : found) }
        let fraction = place
        while let octet = current, Self.isDigit(octet) { place += 1 }
        guard digits <= 12, (1...3).contains(place - fraction) else { return nil }
        return .other
    }

    private mutating func string() -> StructuredDictionary.Value? {
        place += 1
        var text: [UInt8] = []
        while let octet = current {
            place += 1
            if octet == UInt8(ascii: "\"") { return .string(String(decoding: text, as: UTF8.self)) }
            if octet == UInt8(ascii: "\\") {
                guard let escaped = current, escaped == UInt8(ascii: "\"") || escaped == UInt8(ascii: "\\") else {
                    return nil
                }
                place += 1
                text.append(escaped)
            } else {
                guard octet >= 0x20, octet < 0x7F else { return nil }
                text.append(octet)
            }
        }
        return nil
    }

    private mutating func byteSequence() -> StructuredDictionary.Value? {
        place += 1
        while let octet = current {
            place += 1
            if octet == UInt8(ascii: ":") { return .other }
            let isUpper = octet >= UInt8(ascii: "A") && octet <= UInt8(ascii: "Z")
            guard isUpper || Self.isLower(octet) || Self.isDigit(octet) || "+/=".utf8.contains(octet) else {
                return nil
            }
        }
        return nil
    }

    private mutating func boolean() -> StructuredDictionary.Value? {
        place += 1
        if take("1") { return .boolean(true) }
        return take("0") ? .boolean(false) : nil
    }

    private mutating func token(_ first: UInt8) -> StructuredDictionary.Value? {
        let isUpper = first >= UInt8(ascii: "A") && first <= UInt8(ascii: "Z")
        guard isUpper || Self.isLower(first) || first == UInt8(ascii: "*") else { return nil }
        while let octet = current,
            Characters.isIn(octet, Characters.token) || octet == UInt8(ascii: ":") || octet == UInt8(ascii: "/")
        { place += 1 }
        return .other
    }
}
