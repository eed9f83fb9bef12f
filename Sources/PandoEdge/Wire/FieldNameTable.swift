/// The known names of fields, found by their first and last eight octets and their length.
///
/// Open addressing in a table that is made once and never changed or freed.
enum FieldNameTable {
    struct Entry {
        var first: UInt64 = 0
        var last: UInt64 = 0
        var count: UInt8 = 0
        var id = FieldName.other
    }

    private static let bits = 8

    /// The table; hold on to it where many names are looked up. Safe to share, because nobody writes to it once it is made.
    nonisolated(unsafe) static let entries: UnsafePointer<Entry> = make()

    /// Finds a name, in any case.
    @inline(__always)
    static func find(_ name: UnsafePointer<UInt8>, _ count: Int, in entries: UnsafePointer<Entry>) -> FieldName {
        guard count > 1, count <= 255 else { return .other }
        let (first, last) = ends(name, count)
        var place = slot(first, last, count)
        while true {
            let entry = entries[place]
            if entry.count == 0 { return .other }
            if entry.first == first, entry.last == last, entry.count == UInt8(truncatingIfNeeded: count) {
                return count <= 16 || isMiddleEqual(name, entry.id) ? entry.id : .other
            }
            place = (place + 1) & (1 << bits - 1)
        }
    }

    /// The first and the last octets with letters in lower case; what is shorter than eight is whole in the first.
    ///
    /// Of the octets of a token, setting the bit changes letters, "^" and "_" alone, and no known name has what these become.
    @inline(__always)
    private static func ends(_ name: UnsafePointer<UInt8>, _ count: Int) -> (UInt64, UInt64) {
        let lower: UInt64 = 0x2020_2020_2020_2020
        if count >= 8 { return (OctetScan.load(name) | lower, OctetScan.load(name + count - 8) | lower) }
        if count >= 4 {
            let raw = UnsafeRawPointer(name)
            let low = UInt64(raw.loadUnaligned(as: UInt32.self))
            let high = UInt64((raw + count - 4).loadUnaligned(as: UInt32.self))
            return (low | high << 32 | lower, 0)
        }
        return (UInt64(name[0]) | UInt64(name[count / 2]) << 8 | UInt64(name[count - 1]) << 16 | lower, 0)
    }

    @inline(__always)
    private static func slot(_ first: UInt64, _ last: UInt64, _ count: Int) -> Int {
        let mixed = (first ^ (last &<< 7) ^ (last &>> 9) ^ UInt64(truncatingIfNeeded: count)) &* 0x9E37_79B9_7F4A_7C15
        return Int(truncatingIfNeeded: mixed &>> UInt64(64 - bits))
    }

    private static func isMiddleEqual(_ name: UnsafePointer<UInt8>, _ id: FieldName) -> Bool {
        let text = id.text
        for index in 8..<(text.utf8CodeUnitCount - 8)
        where Characters.lowercased(name[index]) != text.utf8Start[index] {
            return false
        }
        return true
    }

    private static func make() -> UnsafePointer<Entry> {
        let entries = UnsafeMutablePointer<Entry>.allocate(capacity: 1 << bits)
        entries.initialize(repeating: Entry(), count: 1 << bits)
        for id in FieldName.allCases where id != .other {
            let count = id.text.utf8CodeUnitCount
            let (first, last) = ends(id.text.utf8Start, count)
            var place = slot(first, last, count)
            while entries[place].count != 0 { place = (place + 1) & (1 << bits - 1) }
            entries[place] = Entry(first: first, last: last, count: UInt8(count), id: id)
        }
        return UnsafePointer(entries)
    }
}
