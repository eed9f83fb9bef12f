import PandoDatabase

extension Reservations {
    static let migrations = [
        Migration(1, "create allotments, claims and reservations") {
            CreateTable("allotments", sharding: .by("hotel_id")) {
                Column("hotel_id", .identifier)
                Column("room_type_id", .identifier)
                Column("rooms", .integer)
                PrimaryKey("hotel_id", "room_type_id")
                Check("rooms > 0")
            }
            CreateTable("claims", sharding: .by("hotel_id")) {
                Column("hotel_id", .identifier)
                Column("room_type_id", .identifier)
                Column("night", .date)
                Column("taken", .integer)
                PrimaryKey("hotel_id", "room_type_id", "night")
                Check("taken >= 0")
            }
            CreateTable("reservations", sharding: .by("hotel_id")) {
                Column("hotel_id", .identifier)
                Column("id", .identifier)
                Column("account_id", .identifier)
                Column("room_type_id", .identifier)
                Column("arrival", .date)
                Column("departure", .date)
                Column("guests", .integer)
                Column("total", .money)
                Column("status", .text)
                Column("confirmed_at", .instant)
                PrimaryKey("hotel_id", "id")
            }
            CreateIndex("reservations_by_account", on: "reservations", "account_id", "id")
        }
    ]
}
