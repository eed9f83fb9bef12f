/// Finds slots by hash: an open-addressing table with linear probing, 8 bytes a cell, at most three quarters full.
///
/// It holds no keys: the owner compares the key of each slot that has the same 32 bits of hash. One hash of a key
/// serves this table, the choice of the shard and the policy's sketch.
@usableFromInline
package struct SlotIndex: Sendable {
    /// 0 where empty, else the low 32 bits of the hash above the slot plus one.
    @usableFromInline
    var cells: [UInt64]
    @usableFromInline
    var mask: Int
    package private(set) var count = 0

    package init() {
        cells = Array(repeating: 0, count: 8)
        mask = 7
    }

    /// The slot of `hash` for which `matches` holds, or ``Slot/none``.
    @inlinable
    package func find(_ hash: UInt64, where matches: (Slot) -> Bool) -> Slot {
        let tag = hash & 0xFFFF_FFFF
        var position = Int(tag) & mask
        while true {
            let cell = cells[position]
            if cell == 0 { return Slot.max }
            if cell >> 32 == tag {
                let slot = Slot(truncatingIfNeeded: cell) &- 1
                if matches(slot) { return slot }
            }
            position = (position + 1) & mask
        }
    }

    /// Adds a slot that is not in the table.
    @usableFromInline
    package mutating func insert(_ slot: Slot, hash: UInt64) {
        if (count + 1) * 4 > cells.count * 3 { grow() }
        place((hash & 0xFFFF_FFFF) << 32 | UInt64(slot + 1))
        count += 1
    }

    /// Removes a slot that is in the table and closes the gap, so that no tombstones build up.
    @usableFromInline
    package mutating func remove(_ slot: Slot, hash: UInt64) {
        let wanted = (hash & 0xFFFF_FFFF) << 32 | UInt64(slot + 1)
        var gap = home(of: wanted)
        while cells[gap] != wanted { gap = (gap + 1) & mask }
        var position = gap
        while true {
            position = (position + 1) & mask
            let cell = cells[position]
            if cell == 0 { break }
            // A cell moves back if its home is not between the gap and itself.
            if (position - home(of: cell)) & mask >= (position - gap) & mask {
                cells[gap] = cell
                gap = position
            }
        }
        cells[gap] = 0
        count -= 1
    }

    private func home(of cell: UInt64) -> Int { Int(cell >> 32) & mask }

    private mutating func place(_ cell: UInt64) {
        var position = home(of: cell)
        while cells[position] != 0 { position = (position + 1) & mask }
        cells[position] = cell
    }

    private mutating func grow() {
        let old = cells
        cells = Array(repeating: 0, count: old.count * 2)
        mask = cells.count - 1
        for cell in old where cell != 0 { place(cell) }
    }
}
