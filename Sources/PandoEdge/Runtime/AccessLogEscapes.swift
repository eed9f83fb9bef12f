extension OutputBytes {
    /// Of one text, so much is written: enough for every target that a listener takes by its defaults.
    private static let longest = 8_192

    /// Appends a text as the inside of a JSON string (RFC 8259 §7). A client chooses these bytes: nothing in them may end the string
    /// or the line, or control a terminal, and what is no UTF-8 is replaced.
    func append(json text: UnsafeBufferPointer<UInt8>) {
        let text = UnsafeBufferPointer(rebasing: text.prefix(Self.longest))
        // No octet takes more than the six of \u00XX.
        var cursor = ByteCursor(room(text.count * 6 + 1))
        var index = 0
        while index < text.count {
            let octet = text[index]
            if octet >= 0x80 {
                let length = Self.characterLength(text, at: index)
                if length == 0 {
                    cursor.put("\\ufffd")
                } else if octet == 0xC2, text[index + 1] < 0xA0 {
                    cursor.putEscape("\\u00", text[index + 1])
                } else {
                    cursor.put(UnsafeBufferPointer(rebasing: text[index..<index + length]))
                }
                index += max(1, length)
                continue
            }
            switch octet {
            case UInt8(ascii: "\""): cursor.put("\\\"")
            case UInt8(ascii: "\\"): cursor.put("\\\\")
            case 0x20..<0x7F: cursor.put(octet)
            default: cursor.putEscape("\\u00", octet)
            }
            index += 1
        }
        grew(cursor.count)
    }

    /// Appends a text between the quotes of the Combined Log Format: quotes, backslashes and what is not printable ASCII as `\xXX`.
    func append(logged text: UnsafeBufferPointer<UInt8>) {
        let text = text.prefix(Self.longest)
        var cursor = ByteCursor(room(text.count * 4 + 1))
        for octet in text {
            let isPlain = octet >= 0x20 && octet < 0x7F && octet != UInt8(ascii: "\"") && octet != UInt8(ascii: "\\")
            if isPlain { cursor.put(octet) } else { cursor.putEscape("\\x", octet) }
        }
        grew(cursor.count)
    }

    /// How many octets the character takes that begins at a place; 0 where none is well-formed (Unicode 16, table 3-7).
    private static func characterLength(_ text: UnsafeBufferPointer<UInt8>, at index: Int) -> Int {
        let (length, second): (Int, ClosedRange<UInt8>) =
            switch text[index] {
            case 0xC2...0xDF: (2, 0x80...0xBF)
            case 0xE0: (3, 0xA0...0xBF)
            case 0xED: (3, 0x80...0x9F)
            case 0xE1...0xEF: (3, 0x80...0xBF)
            case 0xF0: (4, 0x90...0xBF)
            case 0xF1...0xF3: (4, 0x80...0xBF)
            case 0xF4: (4, 0x80...0x8F)
            default: (0, 0...0)
            }
        guard length > 0, index + length <= text.count, second.contains(text[index + 1]) else { return 0 }
        for place in index + 2..<max(index + 2, index + length) where text[place] & 0xC0 != 0x80 { return 0 }
        return length
    }
}

extension ByteCursor {
    /// Puts an octet as two hexadecimal digits behind what introduces them.
    fileprivate mutating func putEscape(_ introduction: StaticString, _ octet: UInt8) {
        put(introduction)
        if octet < 16 { put(UInt8(ascii: "0")) }
        put(hexadecimal: UInt64(octet))
    }
}
