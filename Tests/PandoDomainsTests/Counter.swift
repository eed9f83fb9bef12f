import Distributed
import PandoDomains

/// A domain's interface as an author writes it.
distributed actor Counter: DomainInterface {
    typealias ActorSystem = DomainSystem

    struct TooLarge: Error, Codable, Equatable {
        let limit: Int
    }

    struct Secret: Error {}

    struct Sum: Codable, Equatable {
        let terms: [Int]
        let note: String?
    }

    static var errors: [any (Error & Codable).Type] { [TooLarge.self] }

    private(set) var calls = 0

    distributed func sum(_ terms: [Int], note: String?) async throws -> Sum {
        calls += 1
        let total = terms.reduce(0, +)
        if total > 100 { throw TooLarge(limit: 100) }
        if total < 0 { throw Secret() }
        return Sum(terms: terms + [total], note: note)
    }

    distributed func reset() { calls = 0 }

    distributed func name() -> DomainActorID { id }

    distributed func millisecondsLeft() -> Int64? {
        Deadline.current.map { Int64($0.timeLeft / .milliseconds(1)) }
    }

    distributed func first<T: Codable & Sendable>(_ values: [T]) -> T { values[0] }

    func callCount() -> Int { calls }
}
