package import Logging
import Subprocess
import Synchronization
import SystemPackage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A program that is started, watched, started again when it ends, and stopped.
///
/// It says by one line on its standard output that it is ready, and where; its standard error is this process's own. It gets SIGTERM
/// when it is to stop, and also from the kernel when this process dies, by SIGKILL too (prctl(2), PR_SET_PDEATHSIG). Ctrl-C at the
/// terminal does not reach it.
package final class SupervisedProcess: Sendable {
    /// What is run, and how long it may take.
    package struct Configuration: Sendable {
        /// Its name in logs.
        package var name: String
        /// The program's path.
        package var program: String
        /// Its arguments.
        package var arguments: [String]
        /// How long it may take to say that it is ready; then it is ended, and started again.
        package var startTimeout: Duration = .seconds(300)
        /// How long a stop may take; then it is killed.
        package var stopTimeout: Duration = .seconds(60)

        /// Makes a configuration.
        package init(name: String, program: String, arguments: [String]) {
            self.name = name
            self.program = program
            self.arguments = arguments
        }
    }

    /// What happens to it.
    package enum Event: Sendable {
        /// It is ready, and has said so with this line.
        case ready(String)
        /// It has ended, though nobody asked it to; it is started again. `hasServed`: whether it was ready before.
        case ended(status: String, hasServed: Bool)
    }

    /// A process that ran for this long has not failed quickly.
    static let steadyAfter: Duration = .seconds(10)
    static let firstPause: Duration = .milliseconds(100)
    static let longestPause: Duration = .seconds(10)

    private struct State {
        var process: pid_t?
        var isStopping = false
        var stop: AsyncStream<Void>.Continuation?
    }

    package let name: String
    private let configuration: Configuration
    private let logger: Logger
    private let state = Mutex(State())

    /// Takes a program in hand; ``run(_:)`` runs it.
    package init(_ configuration: Configuration, logger: Logger) {
        self.configuration = configuration
        name = configuration.name
        var logger = logger
        logger[metadataKey: "process.name"] = "\(configuration.name)"
        self.logger = logger
    }

    /// The process as it is now; nil where none runs.
    package var processID: Int32? { state.withLock(\.process) }

    /// Asks ``run(_:)`` to stop the process, and to return then.
    package func stop() {
        let stop = state.withLock { state in
            state.isStopping = true
            return state.stop
        }
        stop?.finish()
    }

    /// Sends the process a signal, where one runs.
    package func send(_ signal: Int32) {
        // A process that has just ended keeps its number for a moment longer than it lives, and numbers are not given out again at once.
        if let process = processID { _ = kill(process, signal) }
    }

    /// Runs the program until ``stop()`` or cancellation; it has ended when this returns. What ends by itself is started again,
    /// after a tenth of a second at first, then after pauses that double to ten seconds for as long as it does not run for so long.
    ///
    /// - Parameter onEvent: Is told what happens, in its order.
    package func run(_ onEvent: @escaping @Sendable (Event) async -> Void) async {
        let (asked, stop) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let isStopping = state.withLock { state in
            state.stop = stop
            return state.isStopping
        }
        guard !isStopping else { return }
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.supervise(onEvent) }
            group.addTask { for await _ in asked {} }
            // The first to end is the wait for a stop, or the process, which ends only where the task was cancelled.
            await group.next()
            group.cancelAll()
        }
    }

    private func supervise(_ onEvent: @Sendable (Event) async -> Void) async {
        var pause = Self.firstPause
        while !Task.isCancelled {
            let began = ContinuousClock.now
            var hasServed = false
            let status: String
            do {
                status = try await serve { line in
                    hasServed = true
                    await onEvent(.ready(line))
                }
            } catch {
                status = "\(error)"
            }
            if Task.isCancelled { return }
            let lasted = ContinuousClock.now - began
            logger.warning(
                "a process ended, starting it again",
                metadata: ["process.status": "\(status)", "process.seconds": "\(lasted.components.seconds)"]
            )
            await onEvent(.ended(status: status, hasServed: hasServed))
            if lasted > Self.steadyAfter { pause = Self.firstPause }
            try? await Task.sleep(for: pause)  // cancelled: the loop ends
            pause = min(pause * 2, Self.longestPause)
        }
    }

    /// One process, from its start to its end.
    ///
    /// - Returns: How it ended.
    private func serve(_ onReady: (String) async -> Void) async throws -> String {
        defer { state.withLock { $0.process = nil } }
        let result = try await Subprocess.run(
            command,
            input: .none,
            output: .sequence,
            error: .currentStandardError
        ) { execution in
            let process = execution.processIdentifier.value
            state.withLock { $0.process = process }
            if let line = try await firstLine(of: execution.standardOutput) { await onReady(line) }
        }
        return "\(result.terminationStatus)"
    }

    /// What it says first; nil where it ends without a word.
    private func firstLine(of output: SubprocessOutputSequence) async throws -> String? {
        let limit = configuration.startTimeout
        return try await withThrowingTaskGroup(of: String?.self) { group in
            group.addTask {
                for try await line in output.strings() { return line }
                return nil
            }
            group.addTask {
                try await Task.sleep(for: limit)
                throw ConductorError(.startFailed, "it was not ready within \(limit)")
            }
            defer { group.cancelAll() }
            return try await group.next() ?? nil
        }
    }

    /// `setpriv` asks the kernel for the signal at our death; see ``ServerUser/command(_:_:teardown:)``.
    private var command: Subprocess.Configuration {
        var options = PlatformOptions()
        options.createSession = true
        options.teardownSequence = [
            .send(signal: .terminate, allowedDurationToNextStep: configuration.stopTimeout)
        ]
        let program = configuration.program
        let hasSetpriv = access(ServerUser.setpriv, X_OK) == 0
        let wrapped = ["--pdeathsig", "TERM", "--", program] + configuration.arguments
        return Subprocess.Configuration(
            executable: .path(FilePath(hasSetpriv ? ServerUser.setpriv : program)),
            arguments: Arguments(hasSetpriv ? wrapped : configuration.arguments),
            platformOptions: options
        )
    }
}
