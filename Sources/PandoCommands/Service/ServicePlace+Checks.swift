import Foundation
import Pando
import PandoDatabase
import PandoTopology

/// What is refused before anything is made.
extension ServicePlace {
    /// Refuses to begin a database of SQLite beside one on PostgreSQL where no file says so: the topology was forgotten, most
    /// likely, and the app would come up empty.
    func requireChosenEngine() throws {
        guard !database.exists, let other = otherDatabase else { return }
        guard file.flatMap({ Topology.place(of: "engines.database", in: $0) }) == nil else { return }
        throw CommandFailure(
            .badInput,
            "\(other), and no topology file says that \(database) is to be made beside it",
            remedy: "name the topology that the app is started with by --topology; "
                + "for a new database on SQLite, one with 'engines: {database: sqlite}'"
        )
    }

    /// Refuses a file in the place of the folder.
    func requireFolder() throws {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: dataFolder, isDirectory: &isFolder), !isFolder.boolValue else {
            return
        }
        throw CommandFailure(
            .badInput,
            "\(dataFolder) is a file, and the data is kept in a folder",
            remedy: "name another one by --data, or move the file away: mv '\(dataFolder)' '\(dataFolder).old'"
        )
    }

    /// Refuses a folder or a database that this user may not write to, and one that is another program's.
    func requireUsable() throws {
        try requireFolder()
        for path in [dataFolder, database.path].compactMap(\.self) {
            guard FileManager.default.fileExists(atPath: path), access(path, R_OK | W_OK) != 0 else { continue }
            let owner = try? FileManager.default.attributesOfItem(atPath: path)[.ownerAccountName] as? String
            throw refusal(of: path, owner: owner, user: NSUserName())
        }
        try requireOwnDatabase()
    }

    func refusal(of path: String, owner: String?, user: String) -> CommandFailure {
        let remedy =
            owner == user
            ? "chmod u+rwX '\(path)'"
            : "start as \(owner ?? "its owner"), or give all of it to \(user): sudo chown -R \(user) '\(dataFolder)'"
        let words = "\(path) belongs to \(owner ?? "another user"), and \(user) may not write to it"
        return CommandFailure(.failed, words, remedy: remedy)
    }

    /// Refuses a file of somebody else's in the place of the database: it would get the app's tables, or be called damaged.
    func requireOwnDatabase() throws {
        guard let path = database.path, let problem = ForeignDatabase.problem(of: path) else { return }
        throw CommandFailure(.failed, "\(path) \(problem)", remedy: ForeignDatabase.remedy(for: path, command: name))
    }

    /// Whether a process is the one that serves from this data; on a server at an address, which has no file that says so, whether
    /// it is of this program.
    func isServed(by process: Int) -> Bool {
        let lock =
            switch database {
            case .file(let path): path + ".serving"
            case .local(let folder): folder + "/lock"
            case .server: ""
            }
        guard lock.isEmpty else {
            // Locked or not: who else holds a port of the app has another number. Nodes are children of who conducts them.
            let holder = (try? String(contentsOfFile: lock, encoding: .utf8)).flatMap { Int($0) }
            return holder != nil && (holder == process || holder == PortOwner.parent(of: process))
        }
        let files = FileManager.default
        // Another user's is not for us to know.
        let programs = ["self", "\(process)"].map { try? files.destinationOfSymbolicLink(atPath: "/proc/\($0)/exe") }
        return programs[0] != nil && programs[0] == programs[1]
    }
}
