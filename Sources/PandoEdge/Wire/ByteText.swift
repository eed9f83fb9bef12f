/// Small readings of bytes that several parts need.
enum ByteText {
    /// Bytes without white space at their ends.
    static func trimmed(_ bytes: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8> {
        var (first, last) = (0, bytes.count)
        while first < last, Characters.isBlank(bytes[first]) { first += 1 }
        while last > first, Characters.isBlank(bytes[last - 1]) { last -= 1 }
        return UnsafeBufferPointer(rebasing: bytes[first..<last])
    }

    static func isEqual(_ one: UnsafeBufferPointer<UInt8>, _ other: UnsafeBufferPointer<UInt8>) -> Bool {
        guard one.count == other.count else { return false }
        for index in 0..<one.count where one[index] != other[index] { return false }
        return true
    }

    /// Whether bytes are others, which are in lower case, but for their own case.
    @inline(__always)
    static func isEqual(_ bytes: UnsafeBufferPointer<UInt8>, ignoringCaseOf lower: UnsafeBufferPointer<UInt8>) -> Bool {
        guard bytes.count == lower.count else { return false }
        for index in 0..<bytes.count where Characters.lowercased(bytes[index]) != lower[index] { return false }
        return true
    }

    /// Whether bytes are a text in lower case, but for their own case.
    static func isEqual(_ bytes: UnsafeBufferPointer<UInt8>, ignoringCaseOf text: StaticString) -> Bool {
        isEqual(bytes, ignoringCaseOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    /// A text in lower case, for what is not on the data path.
    static func lowercased(_ bytes: UnsafeBufferPointer<UInt8>) -> String {
        String(decoding: bytes.lazy.map { Characters.lowercased($0) }, as: UTF8.self)
    }

    /// A number of seconds (RFC 9111 §1.2.2): digits alone; what is larger than 2^31 counts as 2^31.
    static func deltaSeconds(_ digits: UnsafeBufferPointer<UInt8>) -> Int64? {
        guard !digits.isEmpty else { return nil }
        var found: Int64 = 0
        for digit in digits {
            guard digit >= UInt8(ascii: "0"), digit <= UInt8(ascii: "9") else { return nil }
            found = min(found * 10 + Int64(digit - UInt8(ascii: "0")), 1 << 31)
        }
        return found
    }
}
