import Foundation

#if canImport(Glibc)
    import Glibc
#endif

/// A new process that takes the place of this one.
struct Successor: Sendable {
    let process: Int32
    /// Gets a byte when the new process serves, and ends when it dies before.
    private let ready: Int32

    /// Starts it, with descriptors that it inherits under their numbers.
    static func start(_ command: [String], sockets: [String: Int32]) throws(HandoverError) -> Successor {
        var ends: [Int32] = [-1, -1]
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
        guard socketpair(AF_UNIX, kind, 0, &ends) == 0 else {
            throw HandoverError("no new process can be talked to: \(SystemError(code: errno))")
        }
        defer { close(ends[1]) }
        do throws(HandoverError) {
            let letter = InheritedSockets.Letter(sockets: sockets, ready: ends[1])
            let process = try spawn(command, letter, Array(sockets.values) + [ends[1]])
            return Successor(process: process, ready: ends[0])
        } catch {
            close(ends[0])
            throw error
        }
    }

    /// Waits until it serves. Blocks. One that dies or does not serve in time is gone afterwards.
    func waitUntilReady(_ limit: Duration) throws(HandoverError) {
        defer { close(ready) }
        let end = ContinuousClock.now + limit
        while true {
            let left = (end - .now).components
            let milliseconds = max(0, left.seconds * 1_000 + left.attoseconds / 1_000_000_000_000_000)
            var waiting = pollfd(fd: ready, events: Int16(POLLIN), revents: 0)
            let count = poll(&waiting, 1, Int32(clamping: milliseconds))
            if count < 0, errno == EINTR { continue }
            guard count > 0 else {
                kill(process, SIGKILL)
                _ = reap()
                throw HandoverError("the new process did not serve within \(Units.text(limit))")
            }
            var octet: UInt8 = 0
            guard read(ready, &octet, 1) == 1 else {
                throw HandoverError("the new process ended before it served: \(reap())")
            }
            return
        }
    }

    /// Waits for its end; how it ended.
    private func reap() -> String {
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0 { guard errno == EINTR else { return "nobody knows how" } }
        return status & 0x7F == 0 ? "status \(status >> 8 & 0xFF)" : "signal \(status & 0x7F)"
    }

    private static func spawn(
        _ command: [String],
        _ letter: InheritedSockets.Letter,
        _ descriptors: [Int32]
    ) throws(HandoverError) -> Int32 {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        // Duplicated to its own number, a descriptor loses the mark that closes it at exec.
        for descriptor in descriptors { posix_spawn_file_actions_adddup2(&actions, descriptor, descriptor) }
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // What this process handles by itself it ignores otherwise, and that would be inherited.
        var (defaults, blocked) = (sigset_t(), sigset_t())
        sigemptyset(&blocked)
        sigemptyset(&defaults)
        for signal in [SIGHUP, SIGINT, SIGTERM, SIGUSR2, SIGPIPE] { sigaddset(&defaults, signal) }
        posix_spawnattr_setsigdefault(&attributes, &defaults)
        posix_spawnattr_setsigmask(&attributes, &blocked)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK))
        var environment = ProcessInfo.processInfo.environment
        do {
            environment[InheritedSockets.variable] = String(decoding: try JSONEncoder().encode(letter), as: UTF8.self)
        } catch {
            preconditionFailure("numbers and texts cannot be encoded: \(error)")
        }
        var arguments = command.map { strdup($0) } + [nil]
        var variables = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for text in arguments + variables { free(text) } }
        var process: pid_t = 0
        let code = posix_spawnp(&process, command[0], &actions, &attributes, &arguments, &variables)
        guard code == 0 else { throw HandoverError("'\(command[0])' cannot be started: \(SystemError(code: code))") }
        return process
    }
}

/// Why another process did not take the place of this one, which goes on as before.
package struct HandoverError: Error, CustomStringConvertible {
    package let description: String

    init(_ description: String) { self.description = description }
}
