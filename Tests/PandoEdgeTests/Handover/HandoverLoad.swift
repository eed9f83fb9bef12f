import Foundation
import Synchronization

/// Clients that ask an edge all the time, and count what they get.
final class HandoverLoad: Sendable {
    struct Counts: Sendable {
        var good = 0
        var failures: [String] = []
    }

    private let counts = Mutex(Counts())
    private let isOver = Atomic<Bool>(false)
    private let left: Atomic<Int>

    var good: Int { counts.withLock(\.good) }

    /// Half of the clients keep their connections for as long as the edge does, the others connect for each request.
    init(port: Int, clients: Int) {
        left = Atomic(clients)
        for number in 0..<clients {
            Thread.detachNewThread { [self] in
                if number % 2 == 0 { keepAsking(port) } else { while goesOn { ask(port) } }
                left.wrappingSubtract(1, ordering: .acquiringAndReleasing)
            }
        }
    }

    private var goesOn: Bool { !isOver.load(ordering: .acquiring) }

    /// Ends the clients after their requests.
    func end() async throws -> Counts {
        isOver.store(true, ordering: .releasing)
        while left.load(ordering: .acquiring) > 0 { try await Task.sleep(for: .milliseconds(5)) }
        return counts.withLock { $0 }
    }

    private func note(_ head: String, _ body: String) {
        counts.withLock { counts in
            if head.hasPrefix("HTTP/1.1 200 "), body == "hello" {
                counts.good += 1
            } else {
                counts.failures.append(head.isEmpty ? "no answer" : head)
            }
        }
    }

    private func connect(_ port: Int) -> RawConnection? {
        do {
            return try RawConnection(port: port)
        } catch {
            counts.withLock { $0.failures.append("refused: \(error)") }
            return nil
        }
    }

    private func ask(_ port: Int) {
        guard let client = connect(port) else { return }
        client.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        let head = client.readHead()
        note(head, String(decoding: client.readToEnd(), as: UTF8.self))
    }

    private func keepAsking(_ port: Int) {
        while goesOn {
            guard let client = connect(port) else { continue }
            var isOpen = true
            while isOpen, goesOn {
                client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
                let head = client.readHead()
                note(head, String(decoding: client.read(5), as: UTF8.self))
                isOpen = !head.isEmpty && !head.lowercased().contains("connection: close")
            }
        }
    }
}
