/// The 16 bytes that name a trace, the same in every process that takes part in it.
public struct TraceID: Sendable, Hashable, CustomStringConvertible {
    let high: UInt64
    let low: UInt64

    init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// A trace id from 32 lowercase hexadecimal digits; nil for others and for all zeros, which names no trace.
    public init?(_ text: some StringProtocol) {
        let digits = Array(text.utf8)
        guard digits.count == 32, let high = Hex.value(digits[0..<16]), let low = Hex.value(digits[16..<32]),
            high | low != 0
        else { return nil }
        self.init(high: high, low: low)
    }

    /// 32 lowercase hexadecimal digits.
    public var description: String { Hex.digits(high) + Hex.digits(low) }
}

/// The 8 bytes that name a span within its trace.
public struct SpanID: Sendable, Hashable, CustomStringConvertible {
    let value: UInt64

    init(_ value: UInt64) { self.value = value }

    /// A span id from 16 lowercase hexadecimal digits; nil for others and for all zeros, which names no span.
    public init?(_ text: some StringProtocol) {
        let digits = Array(text.utf8)
        guard digits.count == 16, let value = Hex.value(digits[...]), value != 0 else { return nil }
        self.value = value
    }

    /// 16 lowercase hexadecimal digits.
    public var description: String { Hex.digits(value) }
}

/// Lowercase hexadecimal digits, as W3C Trace Context wants them (section 3.2.2: HEXDIGLC).
enum Hex {
    /// The number of at most 16 digits, or nil where one is not `0-9a-f`.
    static func value(_ digits: ArraySlice<UInt8>) -> UInt64? {
        var value: UInt64 = 0
        for digit in digits {
            switch digit {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): value = value << 4 | UInt64(digit - UInt8(ascii: "0"))
            case UInt8(ascii: "a")...UInt8(ascii: "f"): value = value << 4 | UInt64(digit - UInt8(ascii: "a") + 10)
            case _: return nil
            }
        }
        return value
    }

    /// 16 digits.
    static func digits(_ value: UInt64) -> String {
        String(unsafeUninitializedCapacity: 16) { buffer in
            for position in 0..<16 {
                let nibble = UInt8(truncatingIfNeeded: value >> UInt64((15 - position) * 4)) & 15
                buffer[position] = nibble < 10 ? UInt8(ascii: "0") + nibble : UInt8(ascii: "a") + nibble - 10
            }
            return 16
        }
    }
}
