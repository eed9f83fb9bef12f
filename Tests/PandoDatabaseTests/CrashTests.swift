import Foundation
import PandoDatabase
import TestSupport
import Testing

/// Kills a child process at each of its changes to a file, one after the other, and looks at what is left: with the file
/// system as the kernel has it (kill -9), and with what a power cut would leave of it (only what was synced, plus a
/// seeded choice of the rest, in sectors).
@Suite(.serialized, .timeLimit(.minutes(5))) struct CrashTests {
    static let rounds = 3

    @Test func aKillBetweenAnyTwoStepsLosesNothing() throws {
        let changes = try Self.changesOfACleanRun()
        #expect(changes > 20)
        for step in Self.steps(of: changes) {
            let run = try CrashRun(at: step, rounds: Self.rounds)
            let stored = try run.storedNumbers(in: run.folder)
            #expect(stored.isSuperset(of: run.acknowledged), "killed at change \(step)")
            run.remove()
        }
    }

    @Test func aPowerCutAtAnyStepLosesNothing() throws {
        let seed = UInt64(ProcessInfo.processInfo.environment["PANDO_TEST_SEED"] ?? "") ?? UInt64.random(in: 1...(.max))
        print("power cuts from seed \(seed); PANDO_TEST_SEED=\(seed) repeats them")
        let changes = try Self.changesOfACleanRun()
        for step in Self.steps(of: changes) {
            let run = try CrashRun(at: step, rounds: Self.rounds)
            for variant in 0..<3 {
                let disk = try run.diskAfterPowerCut(seed: seed &+ UInt64(step * 8 + variant))
                let stored = try run.storedNumbers(in: disk)
                #expect(
                    stored.isSuperset(of: run.acknowledged),
                    "power cut at change \(step), variant \(variant), seed \(seed)"
                )
            }
            run.remove()
        }
    }

    /// The test above must be able to fail: where no sync counts, acknowledged writes vanish.
    @Test func aDiskThatIgnoresSyncsLosesWrites() throws {
        let changes = try Self.changesOfACleanRun()
        var lost = false
        for step in Self.steps(of: changes) where !lost {
            let run = try CrashRun(at: step, rounds: Self.rounds, ignoringSyncs: true)
            let disk = try run.diskAfterPowerCut(seed: UInt64(step))
            // A database that does not open any more has lost them too.
            let stored = (try? run.storedNumbers(in: disk)) ?? []
            lost = !stored.isSuperset(of: run.acknowledged)
            run.remove()
        }
        #expect(lost)
    }

    private static func changesOfACleanRun() throws -> Int {
        let run = try CrashRun(at: nil, rounds: rounds)
        defer { run.remove() }
        #expect(run.acknowledged == Set(0..<rounds * 4))
        return run.log.count
    }

    /// Every change where PANDO_CHAOS is set, else every fifth and the last ones, in which acknowledgements happen.
    private static func steps(of changes: Int) -> [Int] {
        if ProcessInfo.processInfo.environment["PANDO_CHAOS"] != nil { return Array(1...changes) }
        return Array(stride(from: 1, to: changes - 20, by: 5)) + Array(max(1, changes - 20)...changes)
    }
}

/// One run of the child, up to its death.
struct CrashRun {
    struct Change {
        let operation: String
        let offset: Int
        let data: [UInt8]
        let path: String
        let target: String?
    }

    let folder: URL
    let acknowledged: Set<Int>
    let log: [Change]

    init(at step: Int?, rounds: Int, ignoringSyncs: Bool = false) throws {
        let base = FileManager.default.temporaryDirectory.appendingPathComponent("pando-crash-\(Identifier())")
        folder = base.appendingPathComponent("disk")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let process = Process()
        process.executableURL = try Self.product("crash-child")
        process.arguments = [folder.appendingPathComponent("db.sqlite").path, "\(rounds)"]
        var environment = ProcessInfo.processInfo.environment
        environment["LD_PRELOAD"] = try Self.shim()
        environment["CRASH_FOLDER"] = folder.path
        environment["CRASH_LOG"] = base.appendingPathComponent("log").path
        environment["CRASH_AT"] = step.map { "\($0)" }
        environment["CRASH_NO_SYNC"] = ignoringSyncs ? "1" : nil
        process.environment = environment
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        acknowledged = Set(text.split(separator: "\n").compactMap { Int($0) })
        log = try Self.read(base.appendingPathComponent("log"))
    }

    func remove() {
        try? FileManager.default.removeItem(at: folder.deletingLastPathComponent())
    }

    /// The numbers that a fresh process would find; also checks that no transaction is there by half.
    func storedNumbers(in folder: URL) throws -> Set<Int> {
        let path = folder.appendingPathComponent("db.sqlite").path
        guard FileManager.default.fileExists(atPath: path) else { return [] }
        let numbers = try Self.query(path, "SELECT number FROM numbers")
        // Both rows of a transaction are there, or neither.
        return try Self.query(path, "SELECT number FROM pairs") == numbers ? numbers : []
    }

    /// Applies to an empty disk every change that a later sync of the same file covers, and of the others some, in sectors.
    func diskAfterPowerCut(seed: UInt64) throws -> URL {
        var random = SeededGenerator(seed: seed)
        let disk = folder.deletingLastPathComponent().appendingPathComponent("cut-\(seed)")
        try FileManager.default.createDirectory(at: disk, withIntermediateDirectories: true)
        var files: [String: [UInt8]] = [:]
        for (index, change) in log.enumerated() {
            let isSynced = log[index...].contains { $0.operation == "sync" && $0.path == change.path }
            switch change.operation {
            case "write":
                for start in stride(from: 0, to: change.data.count, by: 512) where isSynced || random.next() % 2 == 0 {
                    let sector = change.data[start..<min(start + 512, change.data.count)]
                    files[change.path, default: []].put(sector, at: change.offset + start)
                }
            case "truncate": files[change.path, default: []].resize(to: change.offset)
            case "unlink": files[change.path] = nil
            case "rename": files[change.target ?? ""] = files.removeValue(forKey: change.path)
            default: break  // A sync changes nothing by itself.
            }
        }
        for (path, bytes) in files {
            let name = URL(fileURLWithPath: path).lastPathComponent
            try Data(bytes).write(to: disk.appendingPathComponent(name))
        }
        return disk
    }

    private static func query(_ path: String, _ sql: String) throws -> Set<Int> {
        let process = Process()
        process.executableURL = try product("crash-child")
        process.arguments = [path, sql]
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw DatabaseError(.corrupt, "the database cannot be opened after the crash: \(path)")
        }
        return Set(text.split(separator: "\n").compactMap { Int($0) })
    }

    private static func read(_ file: URL) throws -> [Change] {
        guard let bytes = try? [UInt8](Data(contentsOf: file)) else { return [] }
        var changes: [Change] = []
        var position = 0
        while let end = bytes[position...].firstIndex(of: 10) {
            let parts = String(decoding: bytes[position..<end], as: UTF8.self).split(separator: " ", maxSplits: 3)
            guard parts.count == 4, let offset = Int(parts[1]), let length = Int(parts[2]),
                end + 1 + length <= bytes.count
            else {
                break
            }
            let paths = parts[3].split(separator: "\t").map(String.init)
            let data = Array(bytes[(end + 1)..<(end + 1 + length)])
            changes.append(
                Change(
                    operation: String(parts[0]),
                    offset: offset,
                    data: data,
                    path: paths[0],
                    target: paths.count > 1 ? paths[1] : nil
                )
            )
            position = end + 1 + length
        }
        return changes
    }

    /// The shim, compiled once a run.
    private static func shim() throws -> String { try compiled.get() }

    private static let compiled = Result {
        let source = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("Support/crash-shim.c").path
        let target = FileManager.default.temporaryDirectory.appendingPathComponent(
            "pando-crash-shim-\(Identifier()).so"
        ).path
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["clang", "-shared", "-fPIC", "-O1", "-o", target, source, "-ldl", "-lpthread"]
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw DatabaseError(.engine, "clang could not compile \(source)") }
        return target
    }

    /// A product of this build, beside the test bundle.
    private static func product(_ name: String) throws -> URL {
        let folder = URL(fileURLWithPath: try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"))
            .deletingLastPathComponent()
        return folder.appendingPathComponent(name)
    }
}

extension [UInt8] {
    fileprivate mutating func put(_ bytes: ArraySlice<UInt8>, at offset: Int) {
        if count < offset + bytes.count { resize(to: offset + bytes.count) }
        replaceSubrange(offset..<(offset + bytes.count), with: bytes)
    }

    fileprivate mutating func resize(to size: Int) {
        if count > size { removeSubrange(size...) } else { append(contentsOf: repeatElement(0, count: size - count)) }
    }
}
