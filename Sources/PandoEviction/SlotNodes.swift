/// The number of an entry in a store: an index into parallel arrays, given out and reused by ``SlotIndex``'s owner.
@usableFromInline
package typealias Slot = UInt32

extension Slot {
    /// No slot: the end of a list.
    package static let none = Slot.max
}

/// A doubly linked list threaded through ``SlotNodes``: only its ends and its weight are stored here.
package struct SlotList: Sendable {
    /// The first slot, the next to leave.
    package var head = Slot.none
    /// The last slot, the latest to arrive.
    package var tail = Slot.none
    /// The sum of the weights of its members, in bytes.
    package var weight = 0

    package init() {}
}

/// What a policy keeps for each slot: its links, weight and hash, in one array so that a touch costs no allocation.
@usableFromInline
package struct SlotNodes: Sendable {
    /// The memory of one slot.
    @usableFromInline
    package static var bytesPerSlot: Int { MemoryLayout<Node>.stride }

    package struct Node: Sendable {
        package var previous = Slot.none
        package var next = Slot.none
        package var weight: UInt32 = 0
        /// Which list of the policy holds the slot.
        package var list: UInt32 = 0
        package var hash: UInt64 = 0
    }

    private(set) var nodes: [Node] = []

    package init() {}

    package subscript(slot: Slot) -> Node {
        get { nodes[Int(slot)] }
        _modify { yield &nodes[Int(slot)] }
    }

    /// Makes room for `slot` and sets what does not change while it is held.
    package mutating func prepare(_ slot: Slot, hash: UInt64, weight: Int) {
        while nodes.count <= Int(slot) { nodes.append(Node()) }
        nodes[Int(slot)] = Node(weight: UInt32(weight), hash: hash)
    }

    package func weight(of slot: Slot) -> Int { Int(nodes[Int(slot)].weight) }

    /// Adds an unlinked slot at the end of `list`.
    package mutating func append(_ slot: Slot, to list: inout SlotList) {
        nodes[Int(slot)].previous = list.tail
        nodes[Int(slot)].next = .none
        if list.tail == .none { list.head = slot } else { nodes[Int(list.tail)].next = slot }
        list.tail = slot
        list.weight += weight(of: slot)
    }

    /// Adds an unlinked slot at the front of `list`.
    package mutating func prepend(_ slot: Slot, to list: inout SlotList) {
        nodes[Int(slot)].previous = .none
        nodes[Int(slot)].next = list.head
        if list.head == .none { list.tail = slot } else { nodes[Int(list.head)].previous = slot }
        list.head = slot
        list.weight += weight(of: slot)
    }

    /// Takes a member out of `list`.
    package mutating func unlink(_ slot: Slot, from list: inout SlotList) {
        let node = nodes[Int(slot)]
        if node.previous == .none { list.head = node.next } else { nodes[Int(node.previous)].next = node.next }
        if node.next == .none { list.tail = node.previous } else { nodes[Int(node.next)].previous = node.previous }
        list.weight -= Int(node.weight)
    }

    /// Moves a member to the end of its own list.
    package mutating func moveToEnd(_ slot: Slot, of list: inout SlotList) {
        guard list.tail != slot else { return }
        unlink(slot, from: &list)
        append(slot, to: &list)
    }

    /// Changes the weight of a member of `list`.
    package mutating func reweigh(_ slot: Slot, to weight: Int, in list: inout SlotList) {
        list.weight += weight - self.weight(of: slot)
        nodes[Int(slot)].weight = UInt32(weight)
    }
}
