/// The `Range` field of a request for bytes (RFC 9110, section 14.1.2), held against the size of the content.
enum ByteRange: Equatable {
    /// The only range that can be satisfied.
    case one(Range<Int>)
    /// More than one can.
    case several
    /// Well-formed, and none can.
    case unsatisfiable

    /// nil for another unit or a malformed field, which are to be ignored.
    init?(_ text: String, size: Int) {
        guard text.utf8.count <= 1000, text.lowercased().hasPrefix("bytes=") else { return nil }
        var found: [Range<Int>] = []
        let specs = text.dropFirst(6).split(separator: ",")
        guard !specs.isEmpty else { return nil }
        for spec in specs {
            let spec = spec.drop { $0 == " " || $0 == "\t" }.prefix { $0 != " " && $0 != "\t" }
            let ends = spec.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
            guard ends.count == 2, let range = Self.range(ends[0], ends[1], size) else { return nil }
            if !range.isEmpty { found.append(range) }
        }
        self = found.isEmpty ? .unsatisfiable : found.count == 1 ? .one(found[0]) : .several
    }

    /// An empty range cannot be satisfied; nil is malformed.
    private static func range(_ first: Substring, _ last: Substring, _ size: Int) -> Range<Int>? {
        if first.isEmpty {
            guard let suffix = number(last) else { return nil }
            return max(0, size - suffix)..<size
        }
        guard let start = number(first) else { return nil }
        if last.isEmpty { return min(start, size)..<size }
        guard let end = number(last), end >= start else { return nil }
        return start >= size ? 0..<0 : start..<min(end, size - 1) + 1
    }

    private static func number(_ text: Substring) -> Int? {
        guard !text.isEmpty, text.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) else { return nil }
        // A number that does not fit lies beyond every end.
        return Int(text) ?? .max
    }
}
