import PandoDatabase

/// Everything that the domains know of rooms and nights, side by side, to be checked against each other.
///
/// Only a check reads across domains like this, in a moment when no message is on its way.
struct HotelLedger: Sendable {
    /// A night of a room type.
    struct RoomNight: Hashable, Sendable {
        let room: Identifier
        let night: LocalDate
    }

    /// A rule, and where it does not hold.
    typealias Fault = (rule: String, found: String)

    /// How many rooms of each type there are.
    var rooms: [Identifier: Int]
    /// The nights of confirmed reservations.
    var confirmed: [RoomNight: Int]
    /// What the desk has taken.
    var claims: [RoomNight: Int]
    /// What the inventory has sold.
    var stock: [RoomNight: Int]
    /// What the search read model has sold.
    var search: [RoomNight: Int]

    /// Reads the ledger of one moment.
    static func read(_ database: Database) async throws -> HotelLedger {
        try await database.read(.strong) { tx in
            var confirmed: [RoomNight: Int] = [:]
            let reservations = try await tx.rows(
                "SELECT room_type_id, arrival, departure FROM reservations WHERE status = \(Reservation.Status.confirmed)"
            ) { row in
                (
                    room: try row.get(0, as: Identifier.self),
                    nights: try row.get(1)..<(try row.get(2, as: LocalDate.self))
                )
            }
            for (room, nights) in reservations {
                for night in nights { confirmed[RoomNight(room: room, night: night), default: 0] += 1 }
            }
            let rooms = try await tx.rows("SELECT room_type_id, rooms FROM allotments") { row in
                (try row.get(0, as: Identifier.self), try row.get(1, as: Int.self))
            }
            return HotelLedger(
                rooms: Dictionary(uniqueKeysWithValues: rooms),
                confirmed: confirmed,
                claims: try await counts("SELECT room_type_id, night, taken FROM claims", tx),
                stock: try await counts("SELECT room_type_id, night, sold FROM stock", tx),
                search: try await counts("SELECT room_id, night, sold FROM room_nights", tx)
            )
        }
    }

    private static func counts(_ sql: SQL, _ tx: ReadTransaction) async throws -> [RoomNight: Int] {
        let rows = try await tx.rows(sql) { row in
            (RoomNight(room: try row.get(0), night: try row.get(1)), try row.get(2, as: Int.self))
        }
        return Dictionary(uniqueKeysWithValues: rows.filter { $0.1 != 0 })
    }

    /// What is wrong, in words; empty where nothing is.
    var faults: [Fault] {
        let oversold = claims.filter { $0.value > rooms[$0.key.room] ?? 0 }.map { night, taken in
            ("no night is oversold", "room \(night.room) on \(night.night): \(taken) of \(rooms[night.room] ?? 0)")
        }
        return oversold + differences(claims, "the desk's claims equal the confirmed nights")
            + differences(stock, "the stock equals the confirmed nights")
            + differences(search, "the search read model equals the confirmed nights")
    }

    private func differences(_ counts: [RoomNight: Int], _ rule: String) -> [Fault] {
        Set(counts.keys).union(confirmed.keys).filter { counts[$0] != confirmed[$0] }.map { night in
            (rule, "room \(night.room) on \(night.night): \(counts[night] ?? 0) and not \(confirmed[night] ?? 0)")
        }
    }
}
