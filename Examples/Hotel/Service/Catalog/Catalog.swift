import Pando
import PandoDatabase
import PandoDomains

/// What there is to find: cities, hotels and their rooms, and the search over them.
struct Catalog: Domain {
    static let name = "catalog"

    func register(_ domain: inout DomainBuilder) throws {
        let hotels = HotelCatalog(
            database: domain.database,
            domains: domain.interfaces,
            cache: domain.cache("hotels")
        )
        domain.migrations { Self.migrations }
        domain.searchIndex(HotelSearch.index, source: HotelCatalog.documents)
        domain.routes { CatalogRoutes(hotels: hotels).add(to: $0) }
        try domain.provide { CatalogInterface(hotels, actorSystem: $0) }
        try domain.consume(ReservationChanged.self, as: "availability") { change, tx in
            try await HotelSearch.count(change, tx)
        }
        domain.beforeServing { try await hotels.seedOnce() }
    }
}
