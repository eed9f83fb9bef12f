import Synchronization

/// Servers of one upstream by their ``Server/index``: a bit each, so that a pick copies, subtracts and counts them without allocating.
package struct ServerSet: Sendable {
    /// The most servers that an upstream can have.
    package static let capacity = 512

    fileprivate var words: InlineArray<8, UInt64>

    /// The empty set.
    @inline(__always)
    package init() { words = InlineArray(repeating: 0) }

    /// Whether there is none.
    @inline(__always)
    package var isEmpty: Bool {
        var all: UInt64 = 0
        for index in 0..<8 { all |= words[index] }
        return all == 0
    }

    /// How many there are.
    @inline(__always)
    package var count: Int {
        var count = 0
        for index in 0..<8 where words[index] != 0 { count += words[index].nonzeroBitCount }
        return count
    }

    /// Adds a server.
    @inline(__always)
    package mutating func insert(_ index: Int) { words[index >> 6] |= 1 << UInt64(index & 63) }

    /// Takes a server out.
    @inline(__always)
    package mutating func remove(_ index: Int) { words[index >> 6] &= ~(1 << UInt64(index & 63)) }

    /// Whether a server is among them.
    @inline(__always)
    package func contains(_ index: Int) -> Bool { words[index >> 6] & (1 << UInt64(index & 63)) != 0 }

    /// Those that are not in another set.
    @inline(__always)
    package func subtracting(_ other: ServerSet) -> ServerSet {
        var rest = self
        for index in 0..<8 { rest.words[index] &= ~other.words[index] }
        return rest
    }

    /// Those of both sets.
    @inline(__always)
    package func union(_ other: ServerSet) -> ServerSet {
        var all = self
        for index in 0..<8 { all.words[index] |= other.words[index] }
        return all
    }

    /// The member that so many others come before; there must be more than that.
    @inline(__always)
    func member(at place: Int) -> Int {
        var left = place
        for index in 0..<8 {
            var word = words[index]
            if word == 0 { continue }
            let count = word.nonzeroBitCount
            if left >= count {
                left -= count
                continue
            }
            for _ in 0..<left { word &= word &- 1 }
            return index << 6 + word.trailingZeroBitCount
        }
        preconditionFailure("member \(place) of a set of \(count)")
    }

    /// The lowest member that a condition holds for; nil where it holds for none.
    @inline(__always)
    func first(where condition: (Int) -> Bool) -> Int? {
        for index in 0..<8 {
            var word = words[index]
            while word != 0 {
                let member = index << 6 + word.trailingZeroBitCount
                if condition(member) { return member }
                word &= word &- 1
            }
        }
        return nil
    }

    /// Calls a function with each member, lowest first.
    @inline(__always)
    func forEach(_ body: (Int) -> Void) {
        for index in 0..<8 {
            var word = words[index]
            while word != 0 {
                body(index << 6 + word.trailingZeroBitCount)
                word &= word &- 1
            }
        }
    }
}

/// A set that threads read while one of them replaces it. Among more than 64 servers a reader may see a part of the old set with a part of the
/// new one, and so none where neither is empty.
struct AtomicServerSet: ~Copyable, Sendable {
    private let words = InlineArray<8, Atomic<UInt64>> { _ in Atomic(0) }

    @inline(__always)
    func load() -> ServerSet {
        var set = ServerSet()
        for index in 0..<8 { set.words[index] = words[index].load(ordering: .relaxed) }
        return set
    }

    /// Replaces the set; by one thread at a time.
    func store(_ set: ServerSet) {
        for index in 0..<8 { words[index].store(set.words[index], ordering: .relaxed) }
    }
}
