/// Until when the caller of the running task is interested in an answer.
///
/// It travels with calls between domains, into other processes too. A call that begins after it fails at once; work that
/// takes long looks at it where it can stop. It ends nothing by itself.
///
/// ```swift
/// try await Deadline.within(.seconds(2)) {
///     try await domains.call(Inventory.self) { … }
/// }
/// ```
public struct Deadline: Sendable, Hashable {
    /// The moment.
    public let instant: ContinuousClock.Instant

    /// The deadline of the running task, if it has one.
    @TaskLocal public static var current: Deadline?

    /// A deadline at a moment.
    public init(_ instant: ContinuousClock.Instant) {
        self.instant = instant
    }

    /// How much time is left; negative where it is over.
    public var timeLeft: Duration { ContinuousClock.now.duration(to: instant) }

    /// Runs work with a deadline this far ahead, or with the present one where that is earlier.
    public static func within<R>(_ limit: Duration, _ body: () async throws -> R) async rethrows -> R {
        let proposed = ContinuousClock.now + limit
        let deadline = Deadline(min(proposed, current?.instant ?? proposed))
        return try await $current.withValue(deadline, operation: body)
    }

    /// Fails where the running task's time is over.
    ///
    /// - Throws: ``DomainError`` with code `deadlineExceeded`.
    public static func check(_ what: @autoclosure () -> String) throws {
        guard let current, current.timeLeft <= .zero else { return }
        throw DomainError(.deadlineExceeded, "\(what()): the caller's time was over \(.zero - current.timeLeft) ago")
    }
}
