public import PandoDatabase

/// Looks again and again, for half a minute at most.
public func eventually(_ what: String, _ condition: () async throws -> Bool) async throws {
    let end = ContinuousClock.now + .seconds(30)
    while try await !condition() {
        guard ContinuousClock.now < end else { throw NeverHappened(what: what) }
        try await Task.sleep(for: .milliseconds(5))
    }
}

/// What a test waited for in vain.
public struct NeverHappened: Error, CustomStringConvertible {
    let what: String

    /// What it was, for the one who reads the failure.
    public var description: String { "not within 30 s: \(what)" }
}

/// The error that work throws; nil where it throws none.
public func databaseError<R>(_ work: () async throws -> R) async -> DatabaseError? {
    do {
        _ = try await work()
        return nil
    } catch {
        return error as? DatabaseError
    }
}
