import Pando
import PandoDatabase
import PandoDomains

/// What there is to find: cities, hotels and their rooms, and the search over them.
struct Catalog: Domain {
    static let name = "catalog"

    func register(_ domain: inout DomainBuilder) throws {
        let hotels = HotelCatalog(
            database: domain.database,
            domains: domain.system,
            cache: domain.cache("hotels")
        )
        domain.migrations { Self.migrations }
        domain.searchIndex(HotelSearch.index, source: HotelCatalog.documents)
        domain.routes { CatalogRoutes(hotels: hotels).add(to: $0) }
        domain.system.host(CatalogInterface.self) { CatalogInterface(hotels, actorSystem: $0) }
        try domain.consume(ReservationConfirmed.self, as: "availability") { message, tx in
            try await HotelSearch.change(message.reservation, by: 1, tx)
        }
        try domain.consume(ReservationCancelled.self, as: "availability") { message, tx in
            try await HotelSearch.change(message.reservation, by: -1, tx)
        }
        domain.beforeServing { try await hotels.seedOnce() }
    }
}
