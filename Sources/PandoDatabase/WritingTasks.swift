import Synchronization

/// Which tasks are inside a write: another one inside it would wait for what it holds, or for nothing at all and commit alone.
final class WritingTasks: Sendable {
    private let sites = Mutex<[Int: CallSite]>([:])

    /// - Throws: ``DatabaseError`` with code `misused` where the running task is inside a write already.
    func begin(at site: CallSite) throws(DatabaseError) {
        guard let task = Transaction.currentTask else { return }
        let outer = sites.withLock { sites in
            if let outer = sites[task] { return outer as CallSite? }
            sites[task] = site
            return nil
        }
        if let outer { throw Transaction.nested(in: outer) }
    }

    func end() {
        guard let task = Transaction.currentTask else { return }
        sites.withLock { $0[task] = nil }
    }
}
