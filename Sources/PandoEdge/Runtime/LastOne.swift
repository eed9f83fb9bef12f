import Synchronization

/// Does something when the last of several has said that it is done.
final class LastOne: Sendable {
    private let left: Atomic<Int>
    private let action: @Sendable () -> Void

    init(_ count: Int, _ action: @escaping @Sendable () -> Void) {
        left = Atomic(count)
        self.action = action
    }

    func done() {
        if left.wrappingSubtract(1, ordering: .acquiringAndReleasing).newValue == 0 { action() }
    }
}
