import PandoDatabase
import Synchronization

/// The part that the caches in front of the process take in a transaction: its request is told of a tag, unless nothing was changed.
///
/// One that is let go without an outcome counts as `unknown`.
final class TagInvalidation: CommitParticipant {
    private let tag: String
    private let scope: InvalidationScope
    private let isPrepared = Atomic(false)

    init(_ tag: String, in scope: InvalidationScope) {
        self.tag = tag
        self.scope = scope
    }

    deinit {
        if isPrepared.load(ordering: .acquiring) { scope.note(tag) }
    }

    func prepare() async { isPrepared.store(true, ordering: .releasing) }

    func finish(_ outcome: CommitOutcome) async {
        isPrepared.store(false, ordering: .releasing)
        if outcome != .rolledBack { scope.note(tag) }
    }
}
