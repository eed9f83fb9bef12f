import Dispatch
import Foundation
import PandoTopology

/// Calls again and again, on a thread of its own that may wait for the resolver.
final class NameWatch: Sendable {
    private let ending = DispatchSemaphore(value: 0)

    /// Begins; the first call is made when the time has passed once.
    func begin(every interval: Duration, _ look: @escaping @Sendable () -> Void) {
        let nanoseconds = Int(clamping: interval.wholeNanoseconds)
        let thread = Thread { [ending] in
            while ending.wait(timeout: .now() + .nanoseconds(nanoseconds)) == .timedOut { look() }
        }
        thread.name = "edge names"
        thread.start()
    }

    /// Makes no further call; one that is under way comes to its end.
    func end() { ending.signal() }
}

/// What the names of servers mean.
package struct NameResolver: Sendable {
    /// The addresses of a host's name with a port, in the order of preference; none where it is not known. May block.
    package var addresses: @Sendable (_ host: String, _ port: Int) -> [SocketAddress]

    package init(_ addresses: @escaping @Sendable (_ host: String, _ port: Int) -> [SocketAddress]) {
        self.addresses = addresses
    }

    /// The system's.
    package static let system = NameResolver { SocketAddress.all(resolving: $0, port: $1) }

    /// The address of a server. One that it has already stays as long as the name still has it: many resolvers change the order with
    /// each answer. It stays as well where the resolver has no answer, which says nothing of the server.
    func address(
        _ endpoint: EdgeConfiguration.Endpoint,
        known: SocketAddress?,
        _ keyPath: String
    ) throws(EdgeIssue) -> SocketAddress {
        guard case .tcp(let address) = endpoint, SocketAddress(host: address.host, port: address.port) == nil else {
            return try UpstreamPlan.resolve(endpoint, keyPath)
        }
        let found = addresses(address.host, address.port)
        if let known, found.isEmpty || found.contains(known) { return known }
        if let first = found.first { return first }
        throw EdgeIssue(.error, keyPath, "no address is known for the host '\(address.host)'", "check its name")
    }
}
