/// Where a part lies in its whole (RFC 9110 §14.4).
package struct ContentRange: Sendable, Equatable {
    package var first: Int64
    package var last: Int64
    /// The length of the whole; -1 where it is not known.
    package var length: Int64

    package init(first: Int64, last: Int64, length: Int64) {
        self.first = first
        self.last = last
        self.length = length
    }

    /// How many bytes it is.
    package var count: Int64 { last - first + 1 }

    /// Reads `bytes 0-4/10` or `bytes 0-4/*`; nil for anything else, an unsatisfied range too.
    package init?(_ value: UnsafeBufferPointer<UInt8>) {
        let prefix: StaticString = "bytes "
        let start = prefix.utf8CodeUnitCount
        guard value.count > start,
            ByteText.isEqual(UnsafeBufferPointer(rebasing: value[..<start]), ignoringCaseOf: prefix),
            let dash = value.firstIndex(of: UInt8(ascii: "-")), let slash = value.firstIndex(of: UInt8(ascii: "/")),
            dash > start, slash > dash,
            let first = ByteRange.number(UnsafeBufferPointer(rebasing: value[start..<dash])),
            let last = ByteRange.number(UnsafeBufferPointer(rebasing: value[(dash + 1)..<slash])), first <= last
        else { return nil }
        let rest = UnsafeBufferPointer(rebasing: value[(slash + 1)...])
        var length: Int64 = -1
        if !(rest.count == 1 && rest[0] == UInt8(ascii: "*")) {
            guard let known = ByteRange.number(rest), last < known else { return nil }
            length = known
        }
        self.init(first: first, last: last, length: length)
    }
}
