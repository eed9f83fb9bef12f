/// A part of a representation, both ends within it.
package struct ByteRange: Sendable, Equatable {
    package var first: Int64
    package var last: Int64

    package init(first: Int64, last: Int64) {
        self.first = first
        self.last = last
    }

    /// How many bytes it is.
    package var count: Int64 { last - first + 1 }

    /// A number of bytes: digits alone, at most 18 of them.
    static func number(_ digits: UnsafeBufferPointer<UInt8>) -> Int64? {
        guard (1...18).contains(digits.count) else { return nil }
        var found: Int64 = 0
        for digit in digits {
            guard digit >= UInt8(ascii: "0"), digit <= UInt8(ascii: "9") else { return nil }
            found = found * 10 + Int64(digit - UInt8(ascii: "0"))
        }
        return found
    }
}

/// What Range asks for (RFC 9110 §14.1.1).
package enum RangeSpec: Equatable, Sendable {
    case from(Int64, to: Int64?)
    case suffix(Int64)

    /// The ranges of a value; nil where it is not of bytes, not of the grammar, or of more ranges than ``maximum``. Such a field is
    /// ignored (RFC 9110 §14.2), which also is what §14.2 advises against many small ranges.
    package static func parse(_ value: UnsafeBufferPointer<UInt8>) -> [RangeSpec]? {
        guard let equals = value.firstIndex(of: UInt8(ascii: "=")),
            ByteText.isEqual(UnsafeBufferPointer(rebasing: value[..<equals]), ignoringCaseOf: "bytes")
        else { return nil }
        var found: [RangeSpec] = []
        for part in value[(equals + 1)...].split(separator: UInt8(ascii: ",")) {
            let text = ByteText.trimmed(UnsafeBufferPointer(rebasing: part))
            if text.isEmpty { continue }
            guard let spec = one(text), found.count < maximum else { return nil }
            found.append(spec)
        }
        return found.isEmpty ? nil : found
    }

    /// The most ranges of a request.
    package static let maximum = 16

    private static func one(_ text: UnsafeBufferPointer<UInt8>) -> RangeSpec? {
        guard let dash = text.firstIndex(of: UInt8(ascii: "-")) else { return nil }
        let left = UnsafeBufferPointer(rebasing: text[..<dash])
        let right = UnsafeBufferPointer(rebasing: text[(dash + 1)...])
        if left.isEmpty { return ByteRange.number(right).map { .suffix($0) } }
        guard let first = ByteRange.number(left) else { return nil }
        if right.isEmpty { return .from(first, to: nil) }
        guard let last = ByteRange.number(right), first <= last else { return nil }
        return .from(first, to: last)
    }

    /// The bytes that it means in a representation; nil where there are none.
    package func resolved(length: Int64) -> ByteRange? {
        switch self {
        case .from(let first, let last):
            guard first < length else { return nil }
            return ByteRange(first: first, last: min(last ?? length - 1, length - 1))
        case .suffix(let count):
            guard count > 0, length > 0 else { return nil }
            return ByteRange(first: max(0, length - count), last: length - 1)
        }
    }
}

/// What of a complete representation is sent (RFC 9110 §14.2).
package enum RangeSelection: Equatable, Sendable {
    /// 200 with all of it.
    case whole
    /// 206 with one part.
    case one(ByteRange)
    /// 206 as multipart/byteranges.
    case several([ByteRange])
    /// 416.
    case unsatisfiable

    /// Selects the parts that a request asks for.
    ///
    /// Ranges that overlap or lie so close that the text between two parts would be longer than the gap are sent as one
    /// (RFC 9110 §15.3.7.2), and if what is left is the whole or more, the whole is.
    package static func select(_ request: Head, length: Int64) -> RangeSelection {
        // Range is for GET alone (RFC 9110 §14.2).
        guard request.method == .get, let field = request.first(.range),
            let specs = RangeSpec.parse(request.bytes(field))
        else { return .whole }
        let ranges = specs.compactMap { $0.resolved(length: length) }
        guard !ranges.isEmpty else { return .unsatisfiable }
        if ranges.count == 1 { return .one(ranges[0]) }
        let joined = join(ranges)
        if joined.reduce(0, { $0 + $1.count }) >= length { return .whole }
        return joined.count == 1 ? .one(joined[0]) : .several(joined)
    }

    /// Gaps shorter than the head of a part.
    private static let smallestGap: Int64 = 80

    private static func join(_ ranges: [ByteRange]) -> [ByteRange] {
        let isAscending = zip(ranges, ranges.dropFirst()).allSatisfy { $0.first <= $1.first }
        let touch = ranges.indices.contains { index in
            ranges[..<index].contains { near($0, ranges[index]) }
        }
        // In the order that was asked for, unless some have to be joined.
        guard touch else { return ranges }
        var joined: [ByteRange] = []
        for range in isAscending ? ranges : ranges.sorted(by: { $0.first < $1.first }) {
            if let last = joined.last, near(last, range) {
                joined[joined.count - 1].last = max(last.last, range.last)
            } else {
                joined.append(range)
            }
        }
        return joined
    }

    private static func near(_ one: ByteRange, _ other: ByteRange) -> Bool {
        one.first <= other.last + smallestGap && other.first <= one.last + smallestGap
    }
}
