import Synchronization

/// Where reads and writes of one session meet: a write advances its position, a `session` read waits for it.
///
/// A request runs in the scope of its session. Without a scope, `session` reads are `any` reads.
///
/// ```swift
/// let scope = PositionScope(session.position)
/// try await scope.run { … database.write … database.read … }
/// session.position = scope.position
/// ```
public final class PositionScope: Sendable {
    private let state: Mutex<Position?>

    /// The scope of the running task, if any.
    @TaskLocal public static var current: PositionScope?

    /// Begins at a session's last position, or at none.
    public init(_ position: Position? = nil) {
        state = Mutex(position)
    }

    /// The greatest position that was written or given so far.
    public var position: Position? { state.withLock { $0 } }

    /// Moves the position forward; never back.
    public func advance(to position: Position) {
        state.withLock { current in
            if current.map({ $0 < position }) ?? true { current = position }
        }
    }

    /// Runs work in this scope.
    @discardableResult
    public func run<R>(_ body: () async throws -> R) async rethrows -> R {
        try await Self.$current.withValue(self, operation: body)
    }
}
