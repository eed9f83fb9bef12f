/// A hash that is the same in every process and on every machine, so that all edges send a key to the same server: FNV-1a
/// (draft-eastlake-fnv), its bits spread by SplitMix64's finaliser.
///
/// It resists nobody who wants collisions: a client that may choose its key may choose its server too. The bound of
/// ``Balance/consistentHash(loadBound:)`` keeps it from loading that server more than the others.
package enum StableHash {
    /// The hash of bytes.
    package static func of(_ bytes: UnsafeBufferPointer<UInt8>) -> UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
        return WorkerRandom.mix(hash)
    }

    /// The hash of a text's UTF-8.
    package static func of(_ text: String) -> UInt64 {
        var text = text
        return text.withUTF8 { of($0) }
    }
}
