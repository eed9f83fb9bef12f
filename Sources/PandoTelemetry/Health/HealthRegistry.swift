import Synchronization

/// Whether this process may be sent work: the phase of its life, and named checks of what it depends on.
///
/// Liveness needs no registry: a process that answers is alive. Readiness is false while the process starts, while it
/// drains, and while a required check fails.
///
/// ```swift
/// health.register("database") { try await database.ping() }
/// health.enter(.ready)
/// ```
public final class HealthRegistry: Sendable {
    /// Where a process stands in its life.
    public enum Phase: String, Sendable, Codable {
        /// Not serving yet: migrations, first connections.
        case starting
        /// Serving.
        case ready
        /// Finishing what it has; it gets no new work.
        case draining
    }

    private struct State {
        var phase = Phase.starting
        var checks: [HealthCheck] = []
    }

    private let state = Mutex(State())
    private let started = ContinuousClock.now

    /// A registry without checks, in the phase `starting`.
    public init() {}

    /// The phase that the process is in.
    public var phase: Phase { state.withLock { $0.phase } }

    /// Enters a phase. Draining is final: a process that has begun to drain does not become ready again.
    public func enter(_ phase: Phase) {
        state.withLock { if $0.phase != .draining { $0.phase = phase } }
    }

    /// Adds a check, or replaces the one of that name.
    ///
    /// - Parameters:
    ///   - name: What is checked: `database`, `disk`.
    ///   - timeout: After how long the check counts as failed. One that ignores its cancellation goes on in the
    ///     background, and is not started a second time before it has come to its end.
    ///   - isRequired: Whether the process is not ready while the check fails; others are only reported.
    ///   - check: Returns if all is well and throws what is wrong otherwise.
    public func register(
        _ name: String,
        timeout: Duration = .seconds(1),
        isRequired: Bool = true,
        _ check: @escaping @Sendable () async throws -> Void
    ) {
        let added = HealthCheck(name: name, timeout: timeout, isRequired: isRequired, check: check)
        state.withLock { state in
            state.checks.removeAll { $0.name == name }
            state.checks.append(added)
        }
    }

    /// Runs all checks at once and says how the process is. Takes as long as the slowest check, at most its timeout.
    public func report() async -> HealthReport {
        let checks = state.withLock { $0.checks }
        let results = await withTaskGroup { group in
            for check in checks { group.addTask { await check.result() } }
            return await group.reduce(into: []) { $0.append($1) }
        }
        return HealthReport(
            phase: phase,
            uptimeSeconds: (ContinuousClock.now - started).inSeconds,
            checks: results.sorted { $0.name < $1.name }
        )
    }
}
