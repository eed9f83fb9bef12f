import Testing

@testable import PandoCache

/// No lookup that begins after an acknowledged write returns an older value: all interleavings of a small world.
@Suite struct CoherenceTests {
    private func explore<Subject: CoherenceSubject>(
        _ subject: Subject,
        writers: Int,
        readers: Int,
        rounds: Int
    ) -> CoherenceExplorer<Subject> {
        var explorer = CoherenceExplorer<Subject>()
        explorer.explore(
            CoherenceExplorer.World(
                subject: subject,
                writers: Array(repeating: .idle, count: writers),
                readers: Array(repeating: .init(roundsLeft: rounds), count: readers),
                evictions: 1,
                cancellations: 1
            )
        )
        return explorer
    }

    @Test(arguments: [(1, 3, 1), (2, 2, 2)])
    func noInterleavingReturnsAnOlderValue(writers: Int, readers: Int, rounds: Int) {
        let explorer = explore(ShardSubject(), writers: writers, readers: readers, rounds: rounds)
        print("\(writers) writers, \(readers) readers, \(rounds) reads each: \(explorer.visited.count) states")
        #expect(explorer.violation == nil)
        #expect(explorer.leaks == 0)
    }

    /// The controls: the same exploration finds the fault of caches without the protection.
    @Test(arguments: NaiveSubject.Fault.allCases)
    func theExplorationFindsWhatTheProtectionPrevents(fault: NaiveSubject.Fault) {
        let explorer = explore(NaiveSubject(fault), writers: 1, readers: 2, rounds: 2)
        print("\(fault): \(explorer.violation?.joined(separator: ", ") ?? "nothing found")")
        #expect(explorer.violation != nil)
    }
}
