public import PandoDomains

extension DomainBuilder {
    /// Offers an interface to the other domains.
    ///
    /// ```swift
    /// try domain.provide { InventoryInterface(stock, actorSystem: $0) }
    /// ```
    ///
    /// - Parameters:
    ///   - instances: how many actors stand behind it; each runs one call at a time between its awaits.
    ///   - make: makes one of them.
    /// - Throws: ``NodeError`` with code `duplicate` where another domain provides it; what `make` throws.
    public mutating func provide<Act: DomainInterface>(
        instances: Int = 4,
        _ make: (DomainSystem) throws -> Act
    ) throws {
        try assembly.claim(interface: Act.interfaceName, domain: name)
        try assembly.interfaces.host(Act.self, instances: instances, make)
    }

    /// An interface that a domain before this one provides. Each call of this function takes the next of its actors, so
    /// that domains do not wait for each other's calls; for a choice at each call use ``interfaces``.
    ///
    /// - Throws: ``NodeError`` with code `missingInterface` where no domain before this one provides it.
    public func interface<Act: DomainInterface>(_ type: Act.Type = Act.self) throws -> Act {
        do {
            return try assembly.interfaces.instance(of: type)
        } catch let error as DomainError where error.code == .notHosted {
            throw NodeError(
                .missingInterface,
                "domain '\(name)' asks for the interface \(Act.interfaceName), which no domain before it provides; "
                    + "put the domain that provides it earlier in the app's list of domains"
            )
        }
    }

    /// All interfaces of the app: `interfaces.call(Inventory.self) { … }` takes the next actor, keeps to the caller's
    /// deadline and shows in traces. Usable when all domains have registered.
    public var interfaces: DomainSystem { assembly.interfaces }
}
