import Synchronization

/// The servers that a request may go to.
final class Upstream: Sendable {
    let name: String
    let servers: [SocketAddress]
    let maximumAttempts = 3
    /// Its place in the pools of workers.
    let number: Int
    private let turn = Atomic(0)

    init(name: String, number: Int, servers: [SocketAddress]) {
        self.name = name
        self.number = number
        self.servers = servers
    }

    func pick(excluding tried: Int) -> Int? {
        for _ in servers.indices {
            let index = turn.wrappingAdd(1, ordering: .relaxed).oldValue % servers.count
            if tried & (1 << index) == 0 { return index }
        }
        return nil
    }
}
