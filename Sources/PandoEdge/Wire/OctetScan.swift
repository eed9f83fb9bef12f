/// Looks at eight octets at a time for the first one that ends a run.
///
/// Reads up to seven octets behind that one, so there must be a zero, which ends every run, and seven octets more behind what
/// is looked at: ``Head`` keeps them.
enum OctetScan {
    private static let ones: UInt64 = 0x0101_0101_0101_0101
    private static let tops: UInt64 = 0x8080_8080_8080_8080

    /// The first control character from a place on, a tab included.
    @inline(__always)
    static func endOfValue(_ base: UnsafePointer<UInt8>, _ start: Int) -> Int {
        var place = start
        while true {
            let word = load(base + place)
            let found = below(word, 0x20) | equal(word, 0x7F)
            if found != 0 { return place + found.trailingZeroBitCount >> 3 }
            place += 8
        }
    }

    /// The first octet from a place on that no request target has.
    @inline(__always)
    static func endOfTarget(_ base: UnsafePointer<UInt8>, _ start: Int) -> Int {
        var place = start
        while true {
            let word = load(base + place)
            let found = below(word, 0x21) | equal(word, 0x7F) | equal(word, UInt64(UInt8(ascii: "#"))) | (word & tops)
            if found != 0 { return place + found.trailingZeroBitCount >> 3 }
            place += 8
        }
    }

    /// Eight octets, the first one lowest.
    @inline(__always)
    static func load(_ place: UnsafePointer<UInt8>) -> UInt64 {
        UInt64(littleEndian: UnsafeRawPointer(place).loadUnaligned(as: UInt64.self))
    }

    /// Top bits of the octets below a value of at most 128. Above the first one that is marked, others may be by mistake.
    @inline(__always)
    private static func below(_ word: UInt64, _ value: UInt64) -> UInt64 { (word &- ones &* value) & ~word & tops }

    /// Top bits of the octets that are a value. Above the first one that is marked, others may be by mistake.
    @inline(__always)
    private static func equal(_ word: UInt64, _ value: UInt64) -> UInt64 { below(word ^ ones &* value, 1) }
}
