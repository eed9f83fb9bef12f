import Synchronization

/// Counts the tables that are copied, for a person who waits.
final class TableCount: Sendable {
    private let done = Atomic<Int>(0)
    private let total: Int
    private let progress: Progress

    init(of total: Int, _ progress: Progress) {
        self.total = total
        self.progress = progress
    }

    func add() {
        progress.update(done: done.add(1, ordering: .relaxed).newValue, of: total, unit: "tables")
    }
}
