import Pando
import PandoDomains

/// How many rooms there are, what a night costs, and what is still free.
struct Inventory: Domain {
    static let name = "inventory"

    func register(_ domain: inout DomainBuilder) throws {
        let stock = RoomStock(database: domain.database)
        domain.migrations { Self.migrations }
        domain.routes { InventoryRoutes(stock: stock).add(to: $0) }
        try domain.provide { InventoryInterface(stock, actorSystem: $0) }
        try domain.consume(ReservationChanged.self, as: "stock") { change, tx in
            try await RoomStock.count(change, tx)
        }
        domain.beforeServing { try await stock.seedOnce() }
    }
}
