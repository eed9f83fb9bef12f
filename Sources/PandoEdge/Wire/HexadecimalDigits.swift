/// Numbers in hexadecimal digits of a fixed count, in lower case.
extension String {
    /// The digits of a number, with zeros before them.
    init(hexadecimal number: UInt64, digits count: Int = 16) {
        let digits = String(number, radix: 16)
        self = String(repeating: "0", count: Swift.max(0, count - digits.utf8.count)) + digits
    }
}

extension UInt64 {
    /// The number of at most 16 digits in lower case; nil for anything else.
    @inline(__always)
    init?(hexadecimal digits: UnsafeBufferPointer<UInt8>) {
        self = 0
        for octet in digits {
            switch octet {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): self = self << 4 | UInt64(octet - UInt8(ascii: "0"))
            case UInt8(ascii: "a")...UInt8(ascii: "f"): self = self << 4 | UInt64(octet - UInt8(ascii: "a") + 10)
            default: return nil
            }
        }
    }
}
