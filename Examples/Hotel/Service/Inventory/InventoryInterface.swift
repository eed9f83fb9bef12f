import Distributed
import PandoDatabase
import PandoDomains

/// What other domains may ask of the inventory.
distributed actor InventoryInterface: DomainInterface {
    typealias ActorSystem = DomainSystem

    private let stock: RoomStock

    init(_ stock: RoomStock, actorSystem: DomainSystem) {
        self.stock = stock
        self.actorSystem = actorSystem
    }

    /// What the availability of a hotel is tagged with in caches in front of the service, for who changes it.
    static func availabilityTag(of hotel: Identifier) -> String { "availability/\(hotel)" }

    /// What the room types of some hotels cost for a stay, and how many are free.
    distributed func offers(of hotels: [Identifier], for stay: Stay) async throws -> [Offer] {
        try await stock.offers(of: hotels, for: stay)
    }

    /// What one room type costs for a stay, and how many are free; nil where it is not on sale on all of the nights.
    distributed func offer(of room: Identifier, in hotel: Identifier, for stay: Stay) async throws -> Offer? {
        try await stock.offer(of: room, in: hotel, for: stay)
    }

    /// A hotel's room types night by night.
    distributed func availability(
        of hotel: Identifier,
        from: LocalDate,
        to: LocalDate
    ) async throws -> [RoomAvailability] {
        try await stock.availability(of: hotel, from: from, to: to)
    }
}
