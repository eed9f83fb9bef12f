/// Pando is what an author imports: the app and its domains, the request context, static files, and the node that runs
/// them.
///
/// ```swift
/// @main
/// struct Hotel: App {
///     static let name = "hotel"
///     var domains: [any Domain] { [Catalog(), Inventory(), Reservations(), Notifications()] }
/// }
/// ```
///
/// One executable plays every role and is its own command line: `PandoCommands` gives it its `main()`.
public protocol App: Sendable {
    /// The name of the service: of its command, its database file and its telemetry. Lower-case letters, digits and
    /// hyphens.
    static var name: String { get }

    /// Makes the app. Called once by the command line.
    init()

    /// The domains, in the order in which they are registered. A domain may use the interfaces of those before it.
    var domains: [any Domain] { get }

    /// Changes how the app's nodes run, such as which proxies are trusted, where traces go or what a client may use. Called
    /// before the topology and the command line say their part, whose addresses and folders win. Nothing unless given.
    func configure(_ configuration: inout NodeConfiguration)
}

extension App {
    /// Changes nothing.
    public func configure(_ configuration: inout NodeConfiguration) {}

    /// The names of the domains, in their order.
    public var domainNames: [String] { domains.map { type(of: $0).name } }
}
