import TestSupport
import Testing

@testable import PandoEdge

@Suite struct ServerSetTests {
    @Test func aSetIsASet() {
        let seed = SeededGenerator(variable: "BALANCE_SEED").seed
        var random = WorkerRandom(seed: seed)
        var set = ServerSet()
        var other = ServerSet()
        var members: Set<Int> = []
        var others: Set<Int> = []
        for _ in 0..<300 {
            let index = random.below(ServerSet.capacity)
            if random.below(3) == 0 {
                set.remove(index)
                members.remove(index)
                other.insert(index)
                others.insert(index)
            } else {
                set.insert(index)
                members.insert(index)
            }
        }
        let sorted = members.sorted()
        #expect(set.count == sorted.count, "BALANCE_SEED=\(seed)")
        #expect(sorted.indices.map { set.member(at: $0) } == sorted)
        #expect((0..<ServerSet.capacity).filter { set.contains($0) } == sorted)
        #expect(list(set) == sorted)
        #expect(list(set.subtracting(other)) == members.subtracting(others).sorted())
        #expect(list(set.union(other)) == members.union(others).sorted())
        #expect(set.first { $0 > 200 } == sorted.first { $0 > 200 })
        #expect(set.subtracting(set).isEmpty && !set.isEmpty)
    }

    @Test func addressesAreWrittenAsUsual() {
        #expect(ServerAddress.host("::1", port: 80).description == "[::1]:80")
        #expect(ServerAddress.host("web.internal", port: 8080).description == "web.internal:8080")
        #expect(ServerAddress.unix("/run/web").description == "unix:/run/web")
    }

    private func list(_ set: ServerSet) -> [Int] {
        var list: [Int] = []
        set.forEach { list.append($0) }
        return list
    }
}
