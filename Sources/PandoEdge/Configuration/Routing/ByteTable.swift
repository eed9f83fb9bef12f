import Glibc

/// Numbers by a number and some bytes: open addressing, made once and never changed.
///
/// All keys come from a configuration and at most half of the places are taken, so that no request can make a search long.
struct ByteTable: Sendable {
    private struct Slot {
        var hash: UInt64 = 0
        var owner: Int32 = -1
        var value: Int32 = -1
        var start: UInt32 = 0
        var count: UInt32 = 0
    }

    private var slots: ContiguousArray<Slot>
    private var bytes: ContiguousArray<UInt8> = []
    private var used = 0

    init() {
        slots = ContiguousArray(repeating: Slot(), count: 8)
    }

    /// Adds a key that is not there.
    mutating func insert(_ owner: Int32, _ key: [UInt8], _ value: Int32) {
        if (used + 1) * 2 > slots.count { grow() }
        let hash = key.withUnsafeBufferPointer { Self.hash(owner, $0) }
        let slot = Slot(
            hash: hash,
            owner: owner,
            value: value,
            start: UInt32(bytes.count),
            count: UInt32(key.count)
        )
        bytes.append(contentsOf: key)
        place(slot)
        used += 1
    }

    private mutating func place(_ slot: Slot) {
        var index = Int(truncatingIfNeeded: slot.hash) & (slots.count - 1)
        while slots[index].value >= 0 { index = (index + 1) & (slots.count - 1) }
        slots[index] = slot
    }

    private mutating func grow() {
        let old = slots
        slots = ContiguousArray(repeating: Slot(), count: old.count * 2)
        for slot in old where slot.value >= 0 { place(slot) }
    }

    /// The value of a key; -1 where there is none.
    func find(_ owner: Int32, _ key: UnsafeBufferPointer<UInt8>) -> Int32 {
        let hash = Self.hash(owner, key)
        return slots.withUnsafeBufferPointer { slots in
            bytes.withUnsafeBufferPointer { bytes in
                var index = Int(truncatingIfNeeded: hash) & (slots.count - 1)
                while slots[index].value >= 0 {
                    if slots[index].hash == hash, slots[index].owner == owner, Self.isEqual(key, slots[index], bytes) {
                        return slots[index].value
                    }
                    index = (index + 1) & (slots.count - 1)
                }
                return -1
            }
        }
    }

    @inline(__always)
    private static func isEqual(
        _ key: UnsafeBufferPointer<UInt8>,
        _ slot: Slot,
        _ bytes: UnsafeBufferPointer<UInt8>
    ) -> Bool {
        guard key.count == Int(slot.count) else { return false }
        guard let one = key.baseAddress, let other = bytes.baseAddress else { return key.isEmpty }
        return memcmp(one, other + Int(slot.start), key.count) == 0
    }

    /// Eight bytes at a time, each spread by a multiplication.
    @inline(__always)
    private static func hash(_ owner: Int32, _ key: UnsafeBufferPointer<UInt8>) -> UInt64 {
        var hash = UInt64(UInt32(bitPattern: owner)) &* 0x9E37_79B9_7F4A_7C15 ^ UInt64(key.count)
        let raw = UnsafeRawBufferPointer(key)
        guard raw.count >= 8 else { return mix(hash ^ short(raw)) }
        var index = 0
        while index + 8 < raw.count {
            hash = mix(hash ^ raw.loadUnaligned(fromByteOffset: index, as: UInt64.self))
            index += 8
        }
        // The last eight may overlap those before.
        return mix(hash ^ raw.loadUnaligned(fromByteOffset: raw.count - 8, as: UInt64.self))
    }

    /// All octets of less than eight.
    @inline(__always)
    private static func short(_ raw: UnsafeRawBufferPointer) -> UInt64 {
        if raw.count >= 4 {
            let first = raw.loadUnaligned(fromByteOffset: 0, as: UInt32.self)
            let last = raw.loadUnaligned(fromByteOffset: raw.count - 4, as: UInt32.self)
            return UInt64(first) << 32 | UInt64(last)
        }
        guard raw.count > 0 else { return 0 }
        return UInt64(raw[0]) << 16 | UInt64(raw[raw.count / 2]) << 8 | UInt64(raw[raw.count - 1])
    }

    @inline(__always)
    private static func mix(_ value: UInt64) -> UInt64 {
        let product = value &* 0xBF58_476D_1CE4_E5B9
        return product ^ product >> 29
    }
}
