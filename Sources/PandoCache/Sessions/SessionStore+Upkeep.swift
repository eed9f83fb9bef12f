import Logging
import PandoDatabase
import ServiceLifecycle
import Synchronization

/// What goes on beside the requests: storing last requests and positions, and sweeping expired sessions.
extension SessionStore {
    /// The time from one round of storing to the next.
    static let flushInterval = Duration.seconds(1)

    /// Does the upkeep until graceful shutdown or cancellation; then what is pending is stored a last time.
    ///
    /// A round that fails is logged and tried again with the next.
    public func run() async throws {
        await cancelWhenGracefulShutdown {
            var untilSweep = Duration.zero
            while !Task.isCancelled {
                if untilSweep <= .zero {
                    await self.attempt("sweep") { try await self.sweep() }
                    untilSweep = self.configuration.sweepInterval
                }
                await self.attempt("flush") { try await self.flush() }
                do { try await self.sleep(Self.flushInterval) } catch { break }  // Cancelled: the loop ends.
                untilSweep -= Self.flushInterval
            }
        }
        // A child task of its own is not cancelled with the loop, but it is awaited here, and bounded by the pending.
        await Task { await self.attempt("flush") { try await self.flush() } }.value
    }

    /// Stores the last requests and positions that are pending, in batches.
    package func flush() async throws {
        while true {
            let batch = pending.withLock { pending in
                let batch = Array(pending.waiting.values.prefix(configuration.batch))
                for record in batch {
                    pending.waiting[record.key] = nil
                    pending.writing[record.key] = record
                }
                return batch
            }
            guard !batch.isEmpty else { return }
            do {
                try await database.write { tx in
                    for record in batch {
                        try await tx.system.execute(SessionTable.touch(record, idle: self.configuration.idleTimeout))
                    }
                }
            } catch {
                for record in batch { enqueue(record) }
                written(batch)
                throw error
            }
            written(batch)
            if batch.count < configuration.batch { return }
        }
    }

    private func written(_ batch: [SessionRecord]) {
        pending.withLock { pending in
            for record in batch where pending.writing[record.key] === record { pending.writing[record.key] = nil }
        }
    }

    /// Deletes expired sessions, in batches.
    ///
    /// - Returns: How many there were.
    @discardableResult
    package func sweep() async throws -> Int {
        var total = 0
        while true {
            let time = now()
            let deleted = try await database.write { tx in
                try await tx.system.execute(SessionTable.sweep(before: time, limit: self.configuration.batch))
            }
            total += deleted
            if deleted < configuration.batch { return total }
        }
    }

    private func attempt(_ what: String, _ round: () async throws -> Void) async {
        do {
            try await round()
        } catch is CancellationError {
            // The loop ends, or the last flush was cut short with the process.
        } catch {
            logger.log(
                level: database.isToldOf(error) ? .debug : .warning,
                "Session upkeep failed and is tried again",
                metadata: ["round": "\(what)", "error": "\(error)"]
            )
        }
    }
}
