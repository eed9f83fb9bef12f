import Foundation

extension Edge {
    /// Starts another process that takes over the listening sockets, and waits until it serves. Call ``stop()`` then: it takes no more
    /// connections, and lets what is under way end.
    ///
    /// The edge goes on as before where that fails. Meanwhile it is neither reloaded nor purged, since the new process would not know.
    ///
    /// - Parameters:
    ///   - command: The program, looked for in `PATH` where its name has no slash, and its arguments. It is to give
    ///     ``InheritedSockets/take()`` to its edge, and to call ``InheritedSockets/finish()`` when it serves.
    ///   - limit: How long that may take.
    /// - Returns: The new process.
    @discardableResult
    package func handOver(to command: [String], limit: Duration = .seconds(60)) async throws(HandoverError) -> Int32 {
        let result = await withCheckedContinuation { continuation in
            let thread = Thread { [self] in
                continuation.resume(
                    returning: Result { () throws(HandoverError) in try handOverNow(to: command, limit) }
                )
            }
            thread.name = "edge handover"
            thread.start()
        }
        return try result.get()
    }

    private func handOverNow(to command: [String], _ limit: Duration) throws(HandoverError) -> Int32 {
        try withoutChanges { () throws(HandoverError) in
            guard let sockets = openSockets else { throw HandoverError("the edge is stopping") }
            let successor = try Successor.start(command, sockets: sockets)
            try successor.waitUntilReady(limit)
            handedOver()
            return successor.process
        }
    }
}
