/// The preparation of one user: all users at once may be more than a service takes in at that moment, which is no reason to end a run.
struct Preparation {
    /// How often a user is prepared before it is given up.
    static let attempts = 7

    /// The pause after the first attempt; each further one is twice as long, all together some six seconds.
    var pause = Duration.milliseconds(100)

    /// Runs `body` until it has an outcome other than "not now".
    ///
    /// - Throws: what `body` throws, at the last attempt also where it says "not now".
    func run<R>(_ body: () async throws -> R) async throws -> R {
        var pause = pause
        for _ in 1..<Self.attempts {
            do {
                return try await body()
            } catch let error as LoadError where Self.saysNotNow(error) {
                try await Task.sleep(for: pause * Double.random(in: 0.75...1.25))
                pause = pause * 2
            }
        }
        return try await body()
    }

    /// Whether the target has done nothing, and may do it soon.
    static func saysNotNow(_ error: LoadError) -> Bool {
        switch error.code {
        case .unexpectedStatus: error.status == 429 || error.status == 503
        // Refused is told at once: mostly nothing runs there.
        case .noResponse: error.failure == .connectFailed || error.failure == .waitTimeout
        default: false
        }
    }
}
