import Logging
import Pando
import ServiceLifecycle

/// The copies of a service, while they run.
struct RunningNodes {
    let nodes: [Node]

    /// Runs them while `body` does, and stops them gracefully at its end.
    ///
    /// - Parameter body: gets the ports of the service, in no order. It is cancelled where a node fails.
    func run<R: Sendable>(_ body: @escaping @Sendable ([Int]) async throws -> R) async throws -> R {
        let (ready, isReady) = AsyncStream<Int>.makeStream(bufferingPolicy: .bufferingOldest(nodes.count))
        let services = group { isReady.yield($0) }
        let count = nodes.count
        return try await withThrowingTaskGroup(of: Result<R, any Error>?.self) { group in
            group.addTask {
                defer { isReady.finish() }
                try await services.run()
                return nil
            }
            group.addTask {
                var ports: [Int] = []
                for await port in ready {
                    ports.append(port)
                    if ports.count == count { break }
                }
                guard ports.count == count else { return nil }
                let outcome = await Self.outcome(of: { try await body(ports) })
                await services.triggerGracefulShutdown()
                return outcome
            }
            var outcome: Result<R, any Error>?
            // A node that fails throws here, and with that the body is cancelled.
            while let next = try await group.next() { outcome = next ?? outcome }
            guard let outcome else {
                try Task.checkCancellation()
                throw TestingError(.serviceEnded, "the service ended before it was ready")
            }
            return try outcome.get()
        }
    }

    private static func outcome<R>(of body: () async throws -> R) async -> Result<R, any Error> {
        do { return .success(try await body()) } catch { return .failure(error) }
    }

    private func group(_ onReady: @escaping @Sendable (Int) -> Void) -> ServiceGroup {
        var logger = Logger(label: nodes[0].name)
        logger.logLevel = .critical  // what fails is thrown
        return ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: nodes.map { node in
                    ServiceGroupConfiguration.ServiceConfiguration(service: RunningNode(node: node, onReady: onReady))
                },
                logger: logger
            )
        )
    }
}

/// One copy of a service.
private struct RunningNode: Service {
    let node: Node
    let onReady: @Sendable (Int) -> Void

    func run() async throws {
        try await node.run(signals: [], onReady: { onReady($0.servicePort) })
    }
}
