/// Why an engine does not conform.
public struct ConformanceFailure: Error, CustomStringConvertible {
    /// What was expected, and what was found.
    public let description: String

    /// Makes a failure.
    public init(_ description: String) {
        self.description = description
    }
}

/// Fails a requirement unless a condition holds.
func expect(_ condition: Bool, _ description: @autoclosure () -> String) throws {
    if !condition { throw ConformanceFailure(description()) }
}

/// Fails a requirement unless two values are equal.
func expectEqual<T: Equatable>(_ found: T, _ expected: T, _ what: @autoclosure () -> String) throws {
    if found != expected { throw ConformanceFailure("\(what()): expected \(expected), found \(found)") }
}

/// Waits for state that nobody announces, such as a row of the database.
///
/// - Throws: ``ConformanceFailure`` after 30 s.
func eventually(_ what: String, _ isMet: () async throws -> Bool) async throws {
    let end = ContinuousClock.now + .seconds(30)
    while try await !isMet() {
        guard ContinuousClock.now < end else { throw ConformanceFailure("not within 30 s: \(what)") }
        try await Task.sleep(for: .milliseconds(5))
    }
}
