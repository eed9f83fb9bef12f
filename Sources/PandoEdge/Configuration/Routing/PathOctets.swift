/// Classes of octets of a path.
enum PathOctets {
    /// Whether an octet is not simply a letter of a segment: `/`, `?`, `%`, or one that has no place in a path.
    @inline(__always)
    static func isSpecial(_ octet: UInt8) -> Bool {
        // A bit for each octet below 64: controls and the space, then "#", "%", "/" and "?".
        let low: UInt64 = 0x8000_8029_FFFF_FFFF
        return octet < 64 ? low &>> UInt64(octet) & 1 != 0 : octet == UInt8(ascii: "\\") || octet >= 0x7F
    }

    /// Whether an octet has no place in a path, or an uncertain one.
    @inline(__always)
    static func isMisplaced(_ octet: UInt8) -> Bool {
        octet == UInt8(ascii: "\\") || octet == UInt8(ascii: "#") || octet &- 0x21 > 0x5D
    }

    static func digit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "A") + value - 10
    }

    static func isUnreserved(_ octet: UInt8) -> Bool {
        let isLetter = (octet | 0x20) &- UInt8(ascii: "a") < 26
        return isLetter || octet &- UInt8(ascii: "0") < 10 || octet == UInt8(ascii: "-") || octet == UInt8(ascii: ".")
            || octet == UInt8(ascii: "_") || octet == UInt8(ascii: "~")
    }

    /// Whether no octet is there that UTF-8 never has, and no form that is longer than needed (RFC 3629 §3): some decoders make
    /// `/` of `%C0%AF`. Other octets that are not UTF-8 are an old encoding, and pass.
    static func isUnicode(_ segment: UnsafeBufferPointer<UInt8>) -> Bool {
        for index in 0..<segment.count where segment[index] >= 0xC0 {
            let octet = segment[index]
            if octet <= 0xC1 || octet >= 0xF5 { return false }
            guard index + 1 < segment.count else { continue }
            let next = segment[index + 1]
            if octet == 0xE0, next &- 0x80 < 0x20 { return false }
            if octet == 0xF0, next &- 0x80 < 0x10 { return false }
        }
        return true
    }
}
