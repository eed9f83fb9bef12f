/// Visits every interleaving of writers, readers, evictions and cancellations around one key, and looks for a reader that
/// began after an acknowledged write and got an older version.
struct CoherenceExplorer<Subject: CoherenceSubject> {
    /// One moment of the world.
    struct World: Hashable {
        var subject: Subject
        /// The committed version of the row.
        var version = 0
        /// The latest version whose writer was answered.
        var acknowledged = 0
        var writers: [Writer]
        var readers: [Reader]
        var evictions: Int
        var cancellations: Int
    }

    enum Writer: Hashable {
        case idle
        case prepared
        /// The outcome is decided in the database; the version is nil where nothing changed.
        case decided(version: Int?, reported: Outcome)
        case finished(version: Int?)
        case answered
    }

    enum Outcome: Hashable {
        case committed
        case rolledBack
        case unknown
    }

    struct Reader: Hashable {
        var roundsLeft: Int
        var state = State.idle
        /// What was acknowledged when the call began.
        var floor = 0

        enum State: Hashable {
            case idle
            case leading(Subject.Lease)
            case holding(Subject.Lease, Int)
            case waiting
        }
    }

    private(set) var visited: Set<World> = []
    /// The steps to the first violation found.
    private(set) var violation: [String]?
    /// Ends of the world in which something was still held or in flight.
    private(set) var leaks = 0

    mutating func explore(_ start: World) {
        visit(start, [])
    }

    private mutating func visit(_ world: World, _ path: [String]) {
        guard violation == nil, visited.insert(world).inserted else { return }
        let steps = Self.steps(from: world)
        if steps.isEmpty, !world.subject.isIdle { leaks += 1 }
        for step in steps {
            let path = path + [step.name]
            guard !step.isStale else {
                violation = path
                return
            }
            visit(step.world, path)
        }
    }

    struct Step {
        var name: String
        var world: World
        /// Somebody got a version older than what was acknowledged when the call began.
        var isStale = false
    }

    private static func steps(from world: World) -> [Step] {
        var steps: [Step] = []
        for index in world.writers.indices { steps += writerSteps(world, index) }
        for index in world.readers.indices { steps += readerSteps(world, index) }
        if world.evictions > 0 {
            var next = world
            next.evictions -= 1
            next.subject.evict()
            steps.append(Step(name: "evict", world: next))
        }
        return steps
    }

    private static func writerSteps(_ world: World, _ index: Int) -> [Step] {
        func step(_ name: String, _ state: Writer, _ change: (inout World) -> Void = { _ in }) -> Step {
            var next = world
            next.writers[index] = state
            change(&next)
            return Step(name: "writer \(index) \(name)", world: next)
        }
        switch world.writers[index] {
        case .idle:
            return [step("prepares", .prepared) { $0.subject.prepare() }]
        case .prepared:
            let version = world.version + 1
            return [
                step("commits", .decided(version: version, reported: .committed)) { $0.version = version },
                step("rolls back", .decided(version: nil, reported: .rolledBack)),
                step("commits unknown", .decided(version: version, reported: .unknown)) { $0.version = version },
            ]
        case .decided(let version, let outcome):
            return [
                step("finishes", .finished(version: version)) { $0.subject.finish(changed: outcome != .rolledBack) }
            ]
        case .finished(let version):
            return [
                step("is answered", .answered) { $0.acknowledged = max($0.acknowledged, version ?? 0) }
            ]
        case .answered:
            return []
        }
    }

    private static func readerSteps(_ world: World, _ index: Int) -> [Step] {
        var next = world
        switch world.readers[index].state {
        case .idle:
            guard world.readers[index].roundsLeft > 0 else { return [] }
            next.readers[index].roundsLeft -= 1
            next.readers[index].floor = world.acknowledged
            switch next.subject.lookUp(index) {
            case .hit(let value):
                let stale = value < world.acknowledged
                return [Step(name: "reader \(index) hits \(value)", world: next, isStale: stale)]
            case .lead(let lease): next.readers[index].state = .leading(lease)
            case .wait: next.readers[index].state = .waiting
            }
            return [Step(name: "reader \(index) misses", world: next)]
        case .leading(let lease):
            next.readers[index].state = .holding(lease, world.version)
            return [Step(name: "reader \(index) reads \(world.version)", world: next)] + cancelling(world, index, lease)
        case .holding(let lease, let value):
            var stale = value < world.readers[index].floor
            next.readers[index].state = .idle
            for waiter in next.subject.complete(lease, value) {
                stale = stale || value < world.readers[waiter].floor
                next.readers[waiter].state = .idle
            }
            return [Step(name: "reader \(index) completes \(value)", world: next, isStale: stale)]
                + cancelling(world, index, lease)
        case .waiting:
            return []
        }
    }

    private static func cancelling(_ world: World, _ index: Int, _ lease: Subject.Lease) -> [Step] {
        guard world.cancellations > 0 else { return [] }
        var next = world
        next.cancellations -= 1
        next.readers[index].state = .idle
        if let heir = next.subject.handOver(lease) { next.readers[heir].state = .leading(lease) }
        return [Step(name: "reader \(index) is cancelled", world: next)]
    }
}
