import Synchronization

/// What a rate limit remembers of its keys: at most so many, those that were seen last. The keys are spread over shards with a lock each, so that
/// workers seldom meet.
///
/// A key is a hash. One that clients can choose the input of must be made with Swift's `Hasher`, whose seed is another in each process.
final class RateKeys<Value: Sendable>: Sendable {
    private let shards: [Shard]

    private final class Shard: Sendable {
        let entries: Mutex<RateEntries<Value>>
        init(capacity: Int) { entries = Mutex(RateEntries(capacity: capacity)) }
    }

    /// - Parameter capacity: The most keys that it remembers.
    init(capacity: Int) {
        let count = capacity < 256 ? 1 : 16
        shards = (0..<count).map { _ in Shard(capacity: max(1, capacity / count)) }
    }

    /// Works on what is remembered of a key, or on what a new one starts with.
    func withValue<R: Sendable>(
        of key: UInt64,
        default value: @autoclosure () -> Value,
        _ body: (inout Value) -> R
    ) -> R {
        // Bits that the table of the shard does not spread by.
        let shard = shards[Int(WorkerRandom.mix(key) >> 32) & (shards.count - 1)]
        return shard.entries.withLock { entries in
            let place = entries.place(of: key, default: value())
            return body(&entries.values[place])
        }
    }

    /// How many keys are remembered.
    var count: Int { shards.reduce(0) { $0 + $1.entries.withLock { $0.count } } }
}

/// A bounded table that forgets what was used longest ago: values in an array, linked in the order of their use.
struct RateEntries<Value: Sendable>: Sendable {
    private struct Link: Sendable {
        var key: UInt64
        var newer: Int32
        var older: Int32
    }

    var values: [Value] = []
    private var links: [Link] = []
    private var places: [UInt64: Int32] = [:]
    private var newest: Int32 = -1
    private var oldest: Int32 = -1
    private let capacity: Int

    init(capacity: Int) { self.capacity = min(capacity, Int(Int32.max)) }

    var count: Int { links.count }

    /// The place of a key in ``values``, which becomes the one used last.
    mutating func place(of key: UInt64, default value: @autoclosure () -> Value) -> Int {
        if let place = places[key] {
            if place != newest {
                unlink(place)
                link(place)
            }
            return Int(place)
        }
        let place: Int32
        if links.count < capacity {
            place = Int32(links.count)
            links.append(Link(key: key, newer: -1, older: -1))
            values.append(value())
        } else {
            place = oldest
            unlink(place)
            places[links[Int(place)].key] = nil
            links[Int(place)].key = key
            values[Int(place)] = value()
        }
        places[key] = place
        link(place)
        return Int(place)
    }

    private mutating func unlink(_ place: Int32) {
        let entry = links[Int(place)]
        if entry.newer >= 0 { links[Int(entry.newer)].older = entry.older } else { newest = entry.older }
        if entry.older >= 0 { links[Int(entry.older)].newer = entry.newer } else { oldest = entry.newer }
    }

    private mutating func link(_ place: Int32) {
        links[Int(place)].newer = -1
        links[Int(place)].older = newest
        if newest >= 0 { links[Int(newest)].newer = place } else { oldest = place }
        newest = place
    }
}
