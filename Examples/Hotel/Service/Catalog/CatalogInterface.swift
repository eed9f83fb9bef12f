import Distributed
import PandoDatabase
import PandoDomains

/// What other domains may ask of the catalogue.
distributed actor CatalogInterface: DomainInterface {
    typealias ActorSystem = DomainSystem

    private let hotels: HotelCatalog

    init(_ hotels: HotelCatalog, actorSystem: DomainSystem) {
        self.hotels = hotels
        self.actorSystem = actorSystem
    }

    /// The hotels that fit a query, a page of them.
    distributed func search(_ query: HotelQuery) async throws -> HotelResults { try await hotels.search(query) }

    /// A hotel with its city and rooms.
    distributed func hotel(_ id: Identifier) async throws -> HotelDetails? { try await hotels.hotel(id)?.details }

    /// Every city with the number of its hotels.
    distributed func cities() async throws -> [CityListing] { try await hotels.cities() }
}
