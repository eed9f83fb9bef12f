#if canImport(Glibc)
    import Glibc
#endif

/// Writes into memory that is known to be large enough.
struct ByteCursor {
    private let start: UnsafeMutablePointer<UInt8>
    private var place: UnsafeMutablePointer<UInt8>

    @inline(__always)
    init(_ room: UnsafeMutableBufferPointer<UInt8>) {
        start = room.baseAddress!  // A room has one byte at least.
        place = start
    }

    /// How many bytes were written.
    @inline(__always) var count: Int { place - start }

    @inline(__always)
    mutating func put(_ bytes: UnsafeBufferPointer<UInt8>) {
        guard let source = bytes.baseAddress else { return }
        memcpy(place, source, bytes.count)
        place += bytes.count
    }

    @inline(__always)
    mutating func put(_ text: StaticString) {
        memcpy(place, text.utf8Start, text.utf8CodeUnitCount)
        place += text.utf8CodeUnitCount
    }

    @inline(__always)
    mutating func put(_ bytes: borrowing [UInt8]) {
        bytes.withUnsafeBufferPointer { put($0) }
    }

    @inline(__always)
    mutating func put(_ octet: UInt8) {
        place[0] = octet
        place += 1
    }

    /// Puts a number in decimal digits, 20 at most.
    @inline(__always)
    mutating func put(decimal number: UInt64) {
        let digits = Self.decimalDigits(number)
        var rest = number
        for index in stride(from: digits - 1, through: 0, by: -1) {
            place[index] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        }
        place += digits
    }

    /// Puts a number in hexadecimal digits, 16 at most.
    mutating func put(hexadecimal number: UInt64) {
        let digits = max(1, (64 - number.leadingZeroBitCount + 3) / 4)
        for index in 0..<digits {
            let digit = UInt8(truncatingIfNeeded: number &>> UInt64(4 * (digits - 1 - index))) & 15
            place[index] = digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10
        }
        place += digits
    }

    private static func decimalDigits(_ number: UInt64) -> Int {
        var (digits, rest) = (1, number / 10)
        while rest > 0 {
            digits += 1
            rest /= 10
        }
        return digits
    }
}
