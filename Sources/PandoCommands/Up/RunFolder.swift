import Foundation
import PandoConductor
import PandoTopology

/// What belongs to a topology that runs: the folder `run` beside its data.
///
/// ```
/// topology.yaml   what is in force; its nodes read it
/// edge.yaml       the file of the edge
/// web-1.json      a node that is ready: its addresses and its process; one for each
/// lock            held by the conductor
/// ```
struct RunFolder: Sendable {
    let path: String

    var topologyFile: String { "\(path)/topology.yaml" }
    var edgeFile: String { "\(path)/edge.yaml" }

    /// Takes the folder for this process, until it ends or the lock is released.
    func lock() throws -> FolderLock {
        try ServicePlace.makeFolder(path)
        return try FolderLock("\(path)/lock") { holder in "process \(holder) runs the nodes of \(path) already" }
    }

    func write(_ text: String, to file: String) throws {
        do {
            try Data(text.utf8).write(to: URL(fileURLWithPath: file), options: .atomic)
        } catch {
            throw CommandFailure(.failed, "\(file) cannot be written: \(SystemWords.of(error))")
        }
    }

    func note(_ node: NodeAnnouncement) throws {
        try write(try Console.encode(node) + "\n", to: "\(path)/\(node.name).json")
    }

    func forget(_ name: String) {
        try? FileManager.default.removeItem(atPath: "\(path)/\(name).json")  // it may never have been ready
    }

    /// The nodes that a conductor which was killed has left; they have got SIGTERM from the kernel, and are about to end.
    private var left: [NodeAnnouncement] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []  // made by us, so it is there
        return names.filter { $0.hasSuffix(".json") }.compactMap { name in
            guard let data = FileManager.default.contents(atPath: "\(path)/\(name)") else { return nil }
            return try? JSONDecoder().decode(NodeAnnouncement.self, from: data)  // nil: torn by a full disk
        }
    }

    /// Waits until what an earlier conductor has left is gone, and ends what does not go.
    func endLeftovers(within limit: Duration = .seconds(45)) async throws {
        let left = left
        let end = ContinuousClock.now + limit
        for node in left where Self.runs(node) { kill(pid_t(node.processID), SIGTERM) }
        while left.contains(where: Self.runs) {
            if ContinuousClock.now >= end {
                for node in left where Self.runs(node) { kill(pid_t(node.processID), SIGKILL) }
            }
            try await Task.sleep(for: .milliseconds(50))  // another's children: there is nothing to await
        }
        for node in left { forget(node.name) }
    }

    /// Whether the process of a node still runs, and is ours and not another one that has got its number.
    private static func runs(_ node: NodeAnnouncement) -> Bool {
        guard let line = FileManager.default.contents(atPath: "/proc/\(node.processID)/cmdline"), !line.isEmpty else {
            return false
        }
        let words = line.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
        return words.contains(NodeLauncher.nodeOption) && words.contains(node.name)
    }
}
