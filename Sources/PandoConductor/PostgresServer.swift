import FoundationEssentials
import Logging
import Subprocess
import Synchronization
import SystemPackage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A server on a folder: started, watched, started again, stopped.
final class PostgresServer: Sendable {
    /// A server that ran for this long has not failed quickly.
    private static let steadyAfter: Duration = .seconds(10)
    private static let maximumFailures = 5

    let processID = Atomic<Int32>(0)
    private let configuration: LocalPostgres.Configuration
    private let folder: PostgresFolder
    private let program: String
    private let logger: Logger

    init(
        _ configuration: LocalPostgres.Configuration,
        _ folder: PostgresFolder,
        _ installation: PostgresInstallation,
        _ logger: Logger
    ) {
        self.configuration = configuration
        self.folder = folder
        self.logger = logger
        program = "\(installation.folder)/postgres"
    }

    /// Runs `body` once the server accepts connections; the server has ended when this returns.
    func whileServing<R: Sendable>(_ body: @escaping @Sendable () async throws -> R) async throws -> R {
        let (ready, isReady) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        let (ended, hasEnded) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        // Unstructured, so that cancelling the caller stops the body first and the server under it only then: cancelled and awaited below.
        let server = Task {
            defer {
                isReady.finish()
                hasEnded.finish()
            }
            try await supervise { isReady.yield() }
        }
        let outcome = await withTaskGroup(of: Result<R, any Error>?.self) { group in
            group.addTask {
                for await _ in ready { return await Self.outcome(of: body) }
                return nil
            }
            group.addTask {
                for await _ in ended {}
                return nil
            }
            group.addTask { await self.pruneLog() }
            var outcome: Result<R, any Error>?
            while let next = await group.next() {
                outcome = outcome ?? next
                group.cancelAll()
            }
            return outcome
        }
        server.cancel()
        let fate = await server.result
        // In a task of its own, awaited here, because the caller's may be cancelled: the log's writer ends after the server, and one that was
        // broken off may leave more. What does not end is found by the next run.
        _ = await Task { try await folder.endLeftovers(stopTimeout: .seconds(5)) }.result
        // What the body threw after the server was given up is only a consequence.
        if case .failure(let error) = fate, !(error is CancellationError) { throw error }
        guard let outcome else { throw CancellationError() }
        return try outcome.get()
    }

    private static func outcome<R: Sendable>(of body: () async throws -> R) async -> Result<R, any Error> {
        do { return .success(try await body()) } catch { return .failure(error) }
    }

    private func pruneLog<R>() async -> Result<R, any Error>? {
        repeat { folder.pruneLog() } while (try? await Task.sleep(for: .seconds(60))) != nil  // until it is cancelled
        return nil
    }

    // MARK: - Watching

    /// Serves until it is cancelled.
    ///
    /// - Throws: ``ConductorError`` with code `startFailed` where the first start fails, `engineFailed` where others do.
    private func supervise(_ isReady: () -> Void) async throws {
        var failures = 0
        while true {
            try await folder.endLeftovers(stopTimeout: configuration.stopTimeout)
            let run = try await ConductorError.wrapping(.startFailed, "cannot start \(program)") {
                try await serve(isReady)
            }
            if Task.isCancelled { return finish(run) }
            let words = "PostgreSQL on \(folder.data), process \(processID.load(ordering: .relaxed)), \(run.status)"
            guard run.lasted != nil || failures > 0 else {
                throw ConductorError(.startFailed, "\(words) as it started:\(folder.lastWords())")
            }
            failures = (run.lasted ?? .zero) > Self.steadyAfter ? 1 : failures + 1
            guard failures < Self.maximumFailures else {
                throw ConductorError(.engineFailed, "\(words), \(failures) times in a row:\(folder.lastWords())")
            }
            logger.warning("PostgreSQL died, starting it again", metadata: metadata(run))
            try await Task.sleep(for: .milliseconds(100) * (1 << (failures - 1)))
        }
    }

    private func finish(_ run: Run) {
        guard run.status != .exited(0) else { return }
        logger.warning("PostgreSQL did not stop cleanly, its next start recovers", metadata: metadata(run))
    }

    private func metadata(_ run: Run) -> Logger.Metadata {
        [
            "postgres.folder": "\(folder.path)",
            "postgres.process": "\(processID.load(ordering: .relaxed))",
            "postgres.status": "\(run.status)",
        ]
    }

    /// One process of the server.
    private struct Run {
        let status: TerminationStatus
        /// How long it accepted connections; nil where it never did.
        let lasted: Duration?
    }

    private func serve(_ isReady: () -> Void) async throws -> Run {
        let words = try FileDescriptor.open(
            FilePath(folder.startLog),
            .writeOnly,
            options: [.create, .truncate, .closeOnExec, .noFollow],
            permissions: .ownerReadWrite
        )
        // SIGINT: connections are closed and data is written out. SIGQUIT: neither, and the next start recovers.
        let command = folder.user.command(
            program,
            PostgresSettings.arguments(configuration, folder),
            teardown: [
                .send(signal: .interrupt, allowedDurationToNextStep: configuration.stopTimeout),
                .send(signal: .quit, allowedDurationToNextStep: .seconds(5)),
            ]
        )
        let result = try await Subprocess.run(
            command,
            input: .none,
            output: .discarded,
            error: .fileDescriptor(words, closeAfterSpawningProcess: true)
        ) { execution -> ContinuousClock.Instant? in
            let pid = execution.processIdentifier.value
            processID.store(pid, ordering: .relaxed)
            guard try await becomesReady(pid) else { return nil }
            isReady()
            return .now
        }
        return Run(status: result.terminationStatus, lasted: result.closureResult.map { .now - $0 })
    }

    // MARK: - Starting

    /// Waits as pg_ctl does: for the word "ready" in line 8 of postmaster.pid, the process's own in line 1.
    ///
    /// - Returns: false where the process has ended.
    private func becomesReady(_ pid: pid_t) async throws -> Bool {
        let end = ContinuousClock.now + configuration.startTimeout
        while !Self.hasEnded(pid) {
            let lines = FileTail.lines(of: "\(folder.data)/postmaster.pid")
            if lines.first == "\(pid)", lines.last?.hasPrefix("ready") == true { return true }
            guard ContinuousClock.now < end else {
                throw ConductorError(
                    .startFailed,
                    "PostgreSQL on \(folder.data) was not ready within \(configuration.startTimeout):\(folder.lastWords())"
                )
            }
            try await Task.sleep(for: .milliseconds(20))
        }
        return false
    }

    /// Looks without reaping, which is Subprocess's to do.
    private static func hasEnded(_ pid: pid_t) -> Bool {
        var information = siginfo_t()
        return waitid(P_PID, id_t(pid), &information, WEXITED | WNOHANG | WNOWAIT) == 0 && information.si_signo != 0
    }
}
