import Pando
import PandoDomains

/// How many rooms there are, what a night costs, and what is still free.
struct Inventory: Domain {
    static let name = "inventory"

    func register(_ domain: inout DomainBuilder) throws {
        let stock = RoomStock(database: domain.database)
        domain.migrations { Self.migrations }
        domain.routes { InventoryRoutes(stock: stock).add(to: $0) }
        domain.system.host(InventoryInterface.self) { InventoryInterface(stock, actorSystem: $0) }
        try domain.consume(ReservationConfirmed.self, as: "stock") { message, tx in
            try await RoomStock.change(message.reservation, by: 1, tx)
        }
        try domain.consume(ReservationCancelled.self, as: "stock") { message, tx in
            try await RoomStock.change(message.reservation, by: -1, tx)
        }
        domain.beforeServing { try await stock.seedOnce() }
    }
}
