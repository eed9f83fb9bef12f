/// What a worker's exchanges need to serve files: those that are open, and a thread that waits for the disk.
///
/// Contents that are in the kernel's memory, which is nearly all that is ever asked for, are sent by the worker itself. The others
/// a thread of the worker's brings there first, so that no other connection waits for a disk.
final class FileDesk {
    private struct Entry {
        let folder: FileFolder
        let name: [UInt8]
        let file: OpenFile
        let until: UInt64
    }

    private var entries: [UInt64: Entry] = [:]
    private let mailbox: Worker.Mailbox
    private var thread: DiskThread?
    private var waiting: [UInt64: FileTurn] = [:]
    private var lastToken: UInt64 = 0
    /// The name that is looked for.
    var name: [UInt8] = []
    /// Where contents go that cannot be sent from where they are.
    let buffer = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: 1 << 16)

    /// The most files that are kept open. Those that are being sent stay open beside them.
    private static let maximumEntries = 1_024
    /// How long a name means the same file, in nanoseconds: so much older may an answer be than the folder.
    private static let validity: UInt64 = 1_000_000_000
    /// The most that wait for the disk; more read by themselves.
    private static let maximumWaiting = 4_096

    init(_ mailbox: Worker.Mailbox) { self.mailbox = mailbox }

    deinit {
        buffer.deallocate()
        thread?.stop()
    }

    /// The file of ``name``.
    func find(in folder: FileFolder, at now: UInt64) -> OpenFile.Found {
        let hash = name.withUnsafeBufferPointer { StableHash.of($0) }
        if let entry = entries[hash], entry.folder === folder, entry.name == name, now < entry.until,
            entry.file.isUnchanged, entry.file.gzipped?.isUnchanged ?? true
        {
            return .file(entry.file)
        }
        let found = OpenFile.find(name, in: folder)
        if case .file(let file) = found {
            makeRoom(at: now)
            entries[hash] = Entry(folder: folder, name: name, file: file, until: now + Self.validity)
        } else {
            entries[hash] = nil
        }
        return found
    }

    private func makeRoom(at now: UInt64) {
        guard entries.count >= Self.maximumEntries else { return }
        entries = entries.filter { now < $0.value.until }
        if entries.count >= Self.maximumEntries { entries.removeAll() }
    }

    /// How many files are kept open.
    var count: Int { entries.count }

    // MARK: Cold files

    /// Has bytes brought into memory; the turn is told. False where too many wait.
    func warm(_ file: OpenFile, at place: Int64, _ count: Int, for turn: FileTurn) -> UInt64? {
        guard waiting.count < Self.maximumWaiting else { return nil }
        lastToken += 1
        let (token, mailbox) = (lastToken, mailbox)
        let isTaken = ownThread.read(limit: Self.maximumWaiting) {
            FileReading.warm(file.descriptor, at: place, count)
            mailbox.post { $0.files.warmed(token) }
        }
        guard isTaken else { return nil }
        waiting[token] = turn
        return token
    }

    /// Nobody waits any more.
    func forget(_ token: UInt64) { waiting[token] = nil }

    private func warmed(_ token: UInt64) { waiting.removeValue(forKey: token)?.warmed() }

    private var ownThread: DiskThread {
        if let thread { return thread }
        let made = DiskThread()
        made.start()
        thread = made
        return made
    }
}
