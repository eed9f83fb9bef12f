import Foundation

/// What a process with the fault shim (Tests/Support/fault-shim.c) believes of its disk and its clock.
final class FaultControl: Sendable {
    let path: String

    /// A new control in a folder: the disk has room, and the clock is right.
    init(in folder: String) throws {
        path = folder + "/fault-control"
        var words = [Int64](repeating: 0, count: 4)
        words[1] = -1
        try words.withUnsafeBytes { Data($0) }.write(to: URL(fileURLWithPath: path))
    }

    /// Lets the files of the data folder grow by so many bytes and no more; nil gives them room again.
    func leaveRoom(bytes: Int?) throws { try put(Int64(bytes ?? -1), at: 1) }

    /// Sets the wall clock ahead of the kernel's, or behind it.
    func setClock(ahead duration: Duration) throws { try put(duration.components.seconds * 1_000_000_000, at: 0) }

    /// Writes that found no room so far.
    var refusedWrites: Int { get throws { Int(try word(2)) } }

    /// Readings of the wall clock that were not the kernel's.
    var shiftedReadings: Int { get throws { Int(try word(3)) } }

    private func put(_ value: Int64, at index: Int) throws {
        let file = try FileHandle(forUpdating: URL(fileURLWithPath: path))
        try file.seek(toOffset: UInt64(index * 8))
        try withUnsafeBytes(of: value) { try file.write(contentsOf: Data($0)) }
        try file.close()
    }

    private func word(_ index: Int) throws -> Int64 {
        let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        return bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: index * 8, as: Int64.self) }
    }

    /// The shim, compiled once a run.
    static func shim() throws -> String { try compiled.get() }

    private static let compiled = Result {
        let source = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("Support/fault-shim.c").path
        let target = NSTemporaryDirectory() + "pando-fault-shim-\(getpid()).so"
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["clang", "-shared", "-fPIC", "-O1", "-o", target, source, "-ldl", "-lpthread"]
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw ShimError(source: source) }
        return target
    }

    private struct ShimError: Error {
        let source: String
    }
}
