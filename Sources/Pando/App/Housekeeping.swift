import Logging
import PandoDatabase
import ServiceLifecycle

/// What a node does now and then for the database: forget idempotency keys that are past their time.
struct Housekeeping: Service {
    let database: Database
    let logger: Logger
    var interval = Duration.seconds(600)

    func run() async throws {
        await cancelWhenGracefulShutdown {
            // Sleeping throws only when the node stops.
            while (try? await Task.sleep(for: interval)) != nil { await sweep() }
        }
    }

    /// One round; what fails is tried again in the next.
    func sweep() async {
        do {
            while try await database.forgetOldIdempotencyKeys() >= 1000 {}
        } catch is CancellationError {
        } catch {
            let level: Logger.Level = database.isToldOf(error) ? .debug : .warning
            logger.log(level: level, "Old idempotency keys could not be deleted", metadata: ["error": "\(error)"])
        }
    }
}
