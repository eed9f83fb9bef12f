import Foundation
import Synchronization

#if canImport(Glibc)
    import Glibc
#endif

/// The listening sockets that a process has got from the one whose place it takes, and how it says that it serves.
///
/// A socket that listens is one thing of the system, however many processes have it: connections that come in while one process takes over
/// from the other wait in its queue, or are accepted by either of them. None is refused.
package final class InheritedSockets: Sendable {
    /// What the old process writes into the environment of the new one.
    struct Letter: Codable {
        /// Descriptors by what the configuration calls their addresses.
        var sockets: [String: Int32]
        /// Where to write when the new process serves.
        var ready: Int32
    }

    static let variable = "PANDO_EDGE_HANDOVER"

    private let letter: Mutex<Letter?>

    private init(_ letter: Letter?) { self.letter = Mutex(letter) }

    /// None: a process that takes nobody's place.
    package static let none = InheritedSockets(nil)

    /// Takes what the environment says, once: those that this process starts do not get it.
    package static func take() -> InheritedSockets {
        let text = ProcessInfo.processInfo.environment[variable]
        unsetenv(variable)
        // What is no letter, or of descriptors that are something else, was written by nobody we know.
        guard let text, var letter = try? JSONDecoder().decode(Letter.self, from: Data(text.utf8)) else { return .none }
        letter.sockets = letter.sockets.filter { $0.value > 2 && isListening($0.value) }
        for descriptor in letter.sockets.values { keepToOurselves(descriptor) }
        if letter.ready > 2 { keepToOurselves(letter.ready) }
        return InheritedSockets(letter)
    }

    private static func isListening(_ descriptor: Int32) -> Bool {
        var isListening: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        return getsockopt(descriptor, SOL_SOCKET, SO_ACCEPTCONN, &isListening, &length) == 0 && isListening != 0
    }

    private static func keepToOurselves(_ descriptor: Int32) { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }

    /// Whether there are any.
    package var isEmpty: Bool { letter.withLock { $0?.sockets.isEmpty ?? true } }

    /// The socket that listens at an address; who takes it owns it.
    func claim(_ endpoint: EdgeConfiguration.Endpoint) -> Int32? {
        letter.withLock { $0?.sockets.removeValue(forKey: endpoint.description) }
    }

    /// Tells the old process that this one serves, and closes the sockets that nobody has claimed.
    package func finish() {
        let last = letter.withLock { letter in
            defer { letter = nil }
            return letter
        }
        guard let last else { return }
        for descriptor in last.sockets.values { close(descriptor) }
        guard last.ready > 2 else { return }
        var octet: UInt8 = 1
        // The old process may have been killed in the meantime: then there is nobody to tell.
        write(last.ready, &octet, 1)
        close(last.ready)
    }
}
