import Synchronization
import Testing

@testable import PandoEdge

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

@Suite(.timeLimit(.minutes(1))) struct DiskTierTests {
    /// A folder that goes when the test ends.
    private final class Folder: Sendable {
        let path: String

        init() throws {
            var template = Array("/tmp/pando-cache-XXXXXX".utf8CString)
            guard let made = template.withUnsafeMutableBufferPointer({ mkdtemp($0.baseAddress!) }) else {
                throw CacheBench.Unexpected()
            }
            path = String(cString: made)
        }

        deinit { Folder.remove(path) }

        static func remove(_ path: String) {
            for name in names(path) {
                if unlink(path + "/" + name) != 0 { remove(path + "/" + name) }
            }
            rmdir(path)
        }

        static func names(_ path: String) -> [String] {
            guard let stream = opendir(path) else { return [] }
            defer { closedir(stream) }
            var found: [String] = []
            while let entry = readdir(stream) {
                let name = withUnsafeBytes(of: entry.pointee.d_name) {
                    String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
                }
                if name != ".", name != ".." { found.append(name) }
            }
            return found
        }

        /// The files of entries.
        var entries: [String] {
            Folder.names(path).filter { $0.utf8.count == 2 }.flatMap { part in
                Folder.names(path + "/" + part).map { path + "/" + part + "/" + $0 }
            }
        }
    }

    private func open(_ folder: Folder, _ change: (inout DiskTier.Configuration) -> Void = { _ in }) async throws
        -> CacheBench
    {
        var configuration = HTTPCache.Configuration()
        var disk = DiskTier.Configuration(directory: folder.path)
        change(&disk)
        configuration.disk = disk
        let bench = try CacheBench(configuration)
        await flush(bench)
        return bench
    }

    /// Waits until the disk's thread has done what it was asked for.
    private func flush(_ bench: CacheBench) async {
        await withCheckedContinuation { continuation in
            guard let disk = bench.cache.disk else { return continuation.resume() }
            disk.flush { continuation.resume() }
        }
    }

    /// What a request gets, when it waits for the disk.
    private func get(_ bench: CacheBench, _ target: String = "/a", _ fields: [String] = []) async throws -> String {
        let query = try bench.query(fields, target)
        let answer = bench.cache.lookup(query, rules: bench.rules, now: testNow)
        guard case .wait(let fill) = answer else {
            if case .miss(let fill, _) = answer { bench.cache.abandon(fill) }
            return answer.entry.map { "hit " + $0.body.text } ?? answer.word
        }
        let reader = try #require(fill.subscribe(FillRecorder(), token: 1))
        await flush(bench)
        guard case .entry(let entry) = fill.next(reader, matching: { query.matches($0) }) else {
            return try look(bench, target, fields)
        }
        return "disk " + entry.body.text
    }

    /// What a request gets, with no fill left behind.
    private func look(_ bench: CacheBench, _ target: String, _ fields: [String]) throws -> String {
        let answer = try bench.lookup(fields, target)
        if case .miss(let fill, _) = answer { bench.cache.abandon(fill) }
        return answer.entry.map { "hit " + $0.body.text } ?? answer.word
    }

    @Test func entriesOutliveTheProcess() async throws {
        let folder = try Folder()
        let before = try await open(folder)
        try before.fetch(["Cache-Control: max-age=60", "Vary: Foo", "X: y"], body: "one", to: ["Foo: 1"])
        try before.fetch(["Cache-Control: max-age=60", "Vary: Foo"], body: "two", to: ["Foo: 2"])
        await flush(before)
        #expect(before.cache.counters.diskWrites == 2)
        // The first is not stopped, as if it had been killed.
        let after = try await open(folder)
        #expect(after.cache.memoryUse.entries == 0)
        #expect(try await get(after, "/a", ["Foo: 1"]) == "disk one")
        #expect(try await get(after, "/a", ["Foo: 1"]) == "hit one")
        #expect(try await get(after, "/a", ["Foo: 2"]) == "disk two")
        #expect(try await get(after, "/a", ["Foo: 3"]) == "miss vary-miss")
        #expect(after.cache.counters.diskHits == 2)
        let entry = try #require(try after.lookup(["Foo: 1"]).entry)
        #expect(String(decoding: entry.head.bytes, as: UTF8.self).contains("x: y\r\n"))
        #expect(try after.lookup(["Foo: 1"], after: 61).word == "validate stale")
    }

    /// A torn or damaged file is a miss, never a wrong body.
    @Test func everyCutIsNoticed() async throws {
        let folder = try Folder()
        let before = try await open(folder)
        try before.fetch(body: "0123456789")
        await flush(before)
        let path = try #require(folder.entries.first)
        let whole = try #require(read(path))
        for count in stride(from: whole.count - 1, to: 0, by: -5) {
            try write(path, Array(whole[..<count]))
            let after = try await open(folder)
            #expect(try after.lookup().word == "miss uri-miss", "cut at \(count)")
            #expect(after.cache.counters.diskDamages == 1)
        }
    }

    @Test func everyChangedByteIsNoticed() async throws {
        let folder = try Folder()
        let before = try await open(folder)
        try before.fetch(body: "0123456789")
        await flush(before)
        let path = try #require(folder.entries.first)
        let whole = try #require(read(path))
        for index in stride(from: 0, to: whole.count, by: 3) {
            var changed = whole
            changed[index] ^= 0x20
            try write(path, changed)
            let after = try await open(folder)
            #expect(try await get(after) == "miss uri-miss", "changed at \(index)")
        }
    }

    @Test func fileThatIsCutWhileItRunsIsAMiss() async throws {
        let folder = try Folder()
        let before = try await open(folder)
        try before.fetch(body: "0123456789")
        await flush(before)
        let after = try await open(folder)
        let path = try #require(folder.entries.first)
        truncate(path, off_t(try #require(read(path)).count - 1))
        #expect(try await get(after) == "miss uri-miss")
        await flush(after)
        #expect(folder.entries.isEmpty)
    }

    @Test func unfinishedFilesAreRemoved() async throws {
        let folder = try Folder()
        try write(folder.path + "/junk", [1])
        _ = try await open(folder)
        try write(folder.path + "/00/0000000000000100.new", [1, 2])
        _ = try await open(folder)
        #expect(folder.entries.isEmpty)
    }

    @Test func purgesHoldAfterARestart() async throws {
        let folder = try Folder()
        let before = try await open(folder)
        for (target, tag) in [("/a/1", "x"), ("/b", "t"), ("/c", "x"), ("/d", "x")] {
            try before.fetch(["Cache-Control: max-age=60", "Surrogate-Key: " + tag], body: target, to: [], target)
        }
        await flush(before)
        before.cache.purge(tag: "t", .hard)
        before.cache.purge(prefix: "http://example.org/a/", .soft)
        before.cache.purge(uri: "http://example.org/c", .hard)
        await flush(before)
        let after = try await open(folder)
        #expect(try await get(after, "/a/1") == "miss uri-miss")
        #expect(try await get(after, "/b") == "miss uri-miss")
        #expect(try await get(after, "/c") == "miss uri-miss")
        #expect(try await get(after, "/d") == "disk /d")
        // What is stored again after the purge stays, over two more starts.
        try after.fetch(["Cache-Control: max-age=60", "Surrogate-Key: t"], body: "new", to: [], "/b")
        await flush(after)
        _ = try await open(folder)
        #expect(try await get(try await open(folder), "/b") == "disk new")
    }

    /// What a write had changed may have been told by an answer that was lost with the process.
    @Test func whatPandoHasTaggedIsStaleAfterAStartUntilItIsConfirmed() async throws {
        let folder = try Folder()
        let before = try await open(folder)
        for (target, tags) in [("/tagged", "hotels/7, hotels, /"), ("/other", "hotels/7")] {
            try before.fetch(
                ["Cache-Control: max-age=60", "ETag: \"1\"", "Cache-Tag: " + tags],
                body: target,
                to: [],
                target
            )
        }
        await flush(before)
        #expect(try await get(before, "/tagged") == "hit /tagged")
        let after = try await open(folder)
        #expect(try await get(after, "/other") == "disk /other")
        #expect(try await get(after, "/tagged") == "disk /tagged")
        #expect(try after.lookup([], "/tagged").word == "validate stale")
        // Once more: it is only stale, not gone.
        let again = try await open(folder)
        #expect(try await get(again, "/tagged") == "disk /tagged")
        #expect(try again.lookup([], "/tagged").word == "validate stale")
    }

    @Test func damagedLogOfPurgesEmptiesTheCache() async throws {
        let folder = try Folder()
        let before = try await open(folder)
        try before.fetch()
        before.cache.purge(tag: "t", .hard)
        await flush(before)
        let log = try #require(read(folder.path + "/purges"))
        try write(folder.path + "/purges", Array(log.dropLast()))
        #expect(try await get(try await open(folder)) == "miss uri-miss")
    }

    @Test func invalidationReachesWhatWaitsToBeWritten() async throws {
        let folder = try Folder()
        let bench = try await open(folder)
        let gate = Mutex(())
        let disk = try #require(bench.cache.disk)
        gate.withLock { _ in
            // The thread stands still until both were asked for.
            disk.thread.perform { gate.withLock { _ in } }
            _ = try? bench.fetch()
            bench.cache.purge(uri: "http://example.org/a", .hard)
        }
        await flush(bench)
        #expect(folder.entries.isEmpty)
        #expect(disk.use.files == 0)
    }

    @Test func fullDiskStopsWritingAndGoesOnServing() async throws {
        let folder = try Folder()
        let bench = try await open(folder)
        // No file can be made any longer.
        for part in Folder.names(folder.path) where part.utf8.count == 2 {
            rmdir(folder.path + "/" + part)
            try write(folder.path + "/" + part, [])
        }
        try bench.fetch(to: [], "/a")
        await flush(bench)
        #expect(bench.cache.counters.diskFailures == 1)
        try bench.fetch(to: [], "/b")
        await flush(bench)
        #expect(bench.cache.counters.diskFailures == 1, "nothing is tried for a while")
        #expect(bench.cache.counters.diskSkips == 2)
        #expect(try bench.lookup([], "/a").word == "hit")
        #expect(try bench.lookup([], "/b").word == "hit")
    }

    @Test func boundsAreKept() async throws {
        let folder = try Folder()
        let bench = try await open(folder) { $0.maximumBytes = 50_000 }
        for number in 0..<60 {
            try bench.fetch(body: String(repeating: "x", count: 2000), to: [], "/\(number)")
            await flush(bench)
        }
        let files = folder.entries
        #expect(files.count < 25)
        #expect(files.count == bench.cache.disk?.use.files)
        let small = try await open(try Folder()) { $0.queueBytes = 100 }
        try small.fetch()
        #expect(small.cache.counters.diskSkips == 1)
        #expect(try small.lookup().word == "hit")
    }

    // MARK: Files

    private func read(_ path: String) -> [UInt8]? {
        guard let file = fopen(path, "r") else { return nil }
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 1 << 16)
        let count = fread(&bytes, 1, bytes.count, file)
        return Array(bytes[..<count])
    }

    private func write(_ path: String, _ bytes: [UInt8]) throws {
        guard let file = fopen(path, "w") else { throw CacheBench.Unexpected() }
        fwrite(bytes, 1, bytes.count, file)
        fclose(file)
    }
}
