import Foundation
import Testing

@testable import PandoEdge

/// A cache whose disk is full: nobody notices but the counters.
@Suite(.timeLimit(.minutes(1))) struct FullDiskTests {
    private static let reason: Comment = "mounting a small file system needs rights that this process does not have"

    private func body(_ target: String) -> String { String(repeating: target, count: 100_000 / target.utf8.count) }

    @Test(.enabled(if: SmallDisk.isPossible, reason)) func aFullDiskCostsOnlyWhatDoesNotFitOnIt() async throws {
        let disk = try SmallDisk(bytes: 1 << 20)
        let asked = Asked()
        let server = try ScriptedServer(asked) { head, _ in
            response(body(String(head.split(separator: " ")[1])), "Cache-Control: max-age=600\r\n")
        }
        let store = "cache: {folder: \"\(disk.path)\", memoryBytes: 64MiB}"
        try await withCachedEdge(server, "on", store) { edge, port in
            for number in 0..<30 { #expect(try get(port, "/\(number)").body == body("/\(number)")) }
            let cache = try #require(edge.current.cache)
            #expect(try await holds { cache.counters.diskFailures > 0 })
            #expect(cache.counters.diskWrites > 0)
            // Memory has them all the same, and purges are kept to.
            for number in 0..<30 { #expect(try get(port, "/\(number)").isHit) }
            #expect(edge.purge(uri: "http://a/3", .hard))
            #expect(try !get(port, "/3").isHit)
        }
        // What was written is there after a restart, on a disk that is still full; half a file is not.
        let count = asked.count
        try await withCachedEdge(server, "on", store) { edge, port in
            let cache = try #require(edge.current.cache)
            #expect(try await holds { (cache.disk?.use.files ?? 0) > 0 })
            for number in 0..<30 { #expect(try get(port, "/\(number)").body == body("/\(number)")) }
            #expect(asked.count > count && asked.count < count + 30)
            #expect(cache.counters.diskDamages == 0)
        }
        withExtendedLifetime(disk) {}
    }
}
