/// The value that decides which shard a row lives on: the content of its table's shard key column.
///
/// A key falls into one of 1,024 fixed buckets; shards own ranges of buckets (rung 9). The bucket of a key is
/// `hashint8extended(h, 0) & 1023` as PostgreSQL computes it, where `h` is the integer itself, or for identifiers and text
/// their 64-bit FNV-1a hash, so that the router and the database agree. One database owns all buckets below rung 9.
public struct ShardKey: Hashable, Sendable {
    /// The number of buckets, fixed for good.
    public static let bucketCount = 1024

    /// The 64-bit value that is hashed.
    let value: Int64

    /// A key that is an integer.
    public init(_ value: Int64) {
        self.value = value
    }

    /// A key that is an identifier.
    public init(_ identifier: Identifier) {
        value = Self.fnv1a(identifier.bytes)
    }

    /// A key that is text.
    public init(_ text: String) {
        value = Self.fnv1a(text.utf8)
    }

    /// The key's bucket, 0 to 1,023.
    public var bucket: Int { Int(postgresHash(value) & UInt64(Self.bucketCount - 1)) }

    private static func fnv1a(_ bytes: some Sequence<UInt8>) -> Int64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
        return Int64(bitPattern: hash)
    }
}

/// `hashint8extended(value, 0)` of PostgreSQL (src/backend/access/hash/hashfunc.c, src/common/hashfn.c): Bob Jenkins'
/// lookup3 over one 32-bit word.
private func postgresHash(_ value: Int64) -> UInt64 {
    let low = UInt32(truncatingIfNeeded: value)
    let high = UInt32(truncatingIfNeeded: value >> 32)
    let key = low ^ (value >= 0 ? high : ~high)
    var a: UInt32 = 0x9e37_79b9 &+ 4 &+ 3_923_095
    var b = a
    var c = a
    a = a &+ key
    func rotate(_ value: UInt32, _ bits: UInt32) -> UInt32 { value << bits | value >> (32 - bits) }
    c = (c ^ b) &- rotate(b, 14)
    a = (a ^ c) &- rotate(c, 11)
    b = (b ^ a) &- rotate(a, 25)
    c = (c ^ b) &- rotate(b, 16)
    a = (a ^ c) &- rotate(c, 4)
    b = (b ^ a) &- rotate(a, 14)
    c = (c ^ b) &- rotate(b, 24)
    return UInt64(b) << 32 | UInt64(c)
}
