/// Classes of octets of HTTP messages, looked up by value.
enum Characters {
    /// tchar of RFC 9110 §5.6.2.
    static let token: UInt8 = 1
    /// What a field value may hold: VCHAR, obs-text, SP and HTAB (RFC 9110 §5.5).
    static let value: UInt8 = 2
    /// What a request target may hold: VCHAR but for "#", which begins a fragment (RFC 9112 §3.2). Browsers send octets in a
    /// query that RFC 3986 does not allow, so the rest is not narrowed.
    static let target: UInt8 = 4
    /// What the name of a host may hold: unreserved of RFC 3986 §2.3. The sub-delims and "%" that a reg-name may have as well
    /// are in no name that can be looked up, and servers disagree on them.
    static let host: UInt8 = 8

    /// The underscore of a field's name, which many servers read as a hyphen.
    static let underscore: UInt8 = 16

    /// The classes of each octet; a literal, so that it is data of the program and not computed at first use.
    static let classes: InlineArray<256, UInt8> = [
        0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        2, 7, 6, 3, 7, 7, 7, 7, 6, 6, 7, 7, 6, 15, 15, 6,
        15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 6, 6, 6, 6, 6, 6,
        6, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15,
        15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 6, 6, 6, 7, 31,
        7, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15,
        15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 6, 7, 6, 15, 0,
        2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2,
        2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2,
        2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2,
        2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2,
        2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2,
        2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2,
        2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2,
        2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2,
    ]

    /// Whether an octet is of a class.
    @inline(__always)
    static func isIn(_ octet: UInt8, _ wanted: UInt8) -> Bool { classes[Int(octet)] & wanted != 0 }

    /// Whether an octet is a space or a tab.
    @inline(__always)
    static func isBlank(_ octet: UInt8) -> Bool { octet == UInt8(ascii: " ") || octet == UInt8(ascii: "\t") }

    /// Whether an octet is a decimal digit.
    @inline(__always)
    static func isDigit(_ octet: UInt8) -> Bool { octet &- UInt8(ascii: "0") < 10 }

    /// A letter A to Z in lower case; everything else as it is.
    @inline(__always)
    static func lowercased(_ octet: UInt8) -> UInt8 {
        octet &- UInt8(ascii: "A") < 26 ? octet | 0x20 : octet
    }

    /// The value of a hexadecimal digit; nil for anything else.
    @inline(__always)
    static func hexadecimal(_ octet: UInt8) -> UInt64? {
        switch octet {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt64(octet - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt64(octet - UInt8(ascii: "a") + 10)
        case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt64(octet - UInt8(ascii: "A") + 10)
        default: nil
        }
    }
}
