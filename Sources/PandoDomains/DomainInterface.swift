public import Distributed

/// What one domain offers to others: a distributed actor over a ``DomainSystem``.
///
/// PandoDomains exists so that a call between domains is a function call while they share a process, and a call over the
/// network once they do not, with the same source.
///
/// ```swift
/// distributed actor Inventory: DomainInterface {
///     typealias ActorSystem = DomainSystem
///     static var errors: [any (Error & Codable).Type] { [SoldOut.self] }
///
///     distributed func hold(room: Identifier, nights: Int) async throws -> Hold { … }
/// }
///
/// let hold = try await domains.call(Inventory.self) { try await $0.hold(room: room, nights: 2) }
/// ```
///
/// Arguments and results are `Codable`. A distributed function has no generic parameters of its own, since those could
/// not be called from another process.
public protocol DomainInterface: DistributedActor where ActorSystem == DomainSystem {
    /// The name by which other processes ask for the interface, unique in the program. The type's name unless given.
    static var interfaceName: String { get }

    /// The errors that callers tell apart: they arrive as they were thrown, from wherever. Any other error of a call to
    /// another process arrives as a ``DomainError`` with code `failed`. None unless given.
    static var errors: [any (Error & Codable).Type] { get }
}

extension DomainInterface {
    /// The type's name, without its module.
    public static var interfaceName: String { String(describing: Self.self) }

    /// None.
    public static var errors: [any (Error & Codable).Type] { [] }
}
