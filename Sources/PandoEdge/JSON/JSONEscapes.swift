/// The escapes of JSON strings (RFC 8259 §7).
enum JSONEscapes {
    /// The text of a string without its quotes; nil where an escape means nothing, or where it is not UTF-8.
    static func decode(_ raw: UnsafeBufferPointer<UInt8>) -> String? {
        var decoded: [UInt8] = []
        decoded.reserveCapacity(raw.count)
        var place = 0
        while place < raw.count {
            guard raw[place] == UInt8(ascii: "\\") else {
                decoded.append(raw[place])
                place += 1
                continue
            }
            guard place + 1 < raw.count else { return nil }
            if raw[place + 1] == UInt8(ascii: "u") {
                guard let scalar = scalar(raw, &place) else { return nil }
                decoded.append(contentsOf: String(Character(scalar)).utf8)
            } else {
                guard let octet = simple(raw[place + 1]) else { return nil }
                decoded.append(octet)
                place += 2
            }
        }
        return String(validating: decoded, as: UTF8.self)
    }

    private static func simple(_ octet: UInt8) -> UInt8? {
        switch octet {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): octet
        case UInt8(ascii: "b"): 0x08
        case UInt8(ascii: "f"): 0x0C
        case UInt8(ascii: "n"): 0x0A
        case UInt8(ascii: "r"): 0x0D
        case UInt8(ascii: "t"): 0x09
        default: nil
        }
    }

    /// Takes `\uXXXX`, and its other half where it is one of two; a half alone is no character.
    private static func scalar(_ raw: UnsafeBufferPointer<UInt8>, _ place: inout Int) -> Unicode.Scalar? {
        guard let first = unit(raw, place) else { return nil }
        place += 6
        guard (0xD800..<0xDC00).contains(first) else { return Unicode.Scalar(first) }
        guard let second = unit(raw, place), (0xDC00..<0xE000).contains(second) else { return nil }
        place += 6
        return Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
    }

    private static func unit(_ raw: UnsafeBufferPointer<UInt8>, _ place: Int) -> UInt32? {
        guard place + 6 <= raw.count, raw[place] == UInt8(ascii: "\\"), raw[place + 1] == UInt8(ascii: "u") else {
            return nil
        }
        var value: UInt32 = 0
        for octet in raw[(place + 2)..<(place + 6)] {
            guard let digit = Characters.hexadecimal(octet) else { return nil }
            value = value << 4 | UInt32(digit)
        }
        return value
    }
}
