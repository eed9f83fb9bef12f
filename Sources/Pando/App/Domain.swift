/// A bounded context of an app: its tables, routes, consumers and schedules. Domains call each other only through
/// interfaces and messages, never through each other's tables.
///
/// ```swift
/// struct Reservations: Domain {
///     static let name = "reservations"
///     func register(_ domain: inout DomainBuilder) throws {
///         let database = domain.database
///         domain.migrations {
///             Migration(1, "create reservations") { … }
///         }
///         domain.routes { router in
///             router.post("api/reservations") { request, context in … }
///         }
///         try domain.deliver(ReservationConfirmed.self, as: "confirmation-mail") { delivery in … }
///     }
/// }
/// ```
public protocol Domain: Sendable {
    /// The name: owner of the tables, part of topologies and telemetry. Lower-case letters, digits, `-` and `_`.
    static var name: String { get }

    /// Says what belongs to the domain. Called once in each process, before the migrations run: make no query here.
    ///
    /// - Throws: whatever makes the domain unable to run; the process does not start then.
    func register(_ domain: inout DomainBuilder) async throws
}
