/// Classes of octets of HTTP messages, looked up by value.
enum Characters {
    /// tchar of RFC 9110 §5.6.2.
    static let token: UInt8 = 1
    /// What a field value may hold: VCHAR, obs-text, SP and HTAB (RFC 9110 §5.5).
    static let value: UInt8 = 2
    /// What a request target may hold: VCHAR but for "#", which begins a fragment (RFC 9112 §3.2).
    static let target: UInt8 = 4
    /// What a host with its port may hold: unreserved, sub-delims, "%", ":", "[" and "]" (RFC 3986 §3.2.2).
    static let host: UInt8 = 8

    /// The classes of each octet.
    static let classes: InlineArray<256, UInt8> = InlineArray { octet in
        let scalar = UInt8(octet)
        let isLetter = (scalar | 0x20) >= UInt8(ascii: "a") && (scalar | 0x20) <= UInt8(ascii: "z")
        let isDigit = scalar >= UInt8(ascii: "0") && scalar <= UInt8(ascii: "9")
        var found: UInt8 = 0
        if isLetter || isDigit || "!#$%&'*+-.^_`|~".utf8.contains(scalar) { found |= token }
        if scalar >= 0x20 && scalar != 0x7F || scalar == 0x09 { found |= value }
        if scalar > 0x20 && scalar < 0x7F && scalar != UInt8(ascii: "#") { found |= target }
        if isLetter || isDigit || "-._~!$&'()*+,;=%:[]".utf8.contains(scalar) { found |= host }
        return found
    }

    /// Whether an octet is of a class.
    @inline(__always)
    static func isIn(_ octet: UInt8, _ wanted: UInt8) -> Bool { classes[Int(octet)] & wanted != 0 }

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
