import PandoDatabase

extension Inventory {
    static let migrations = [
        Migration(1, "create rates and stock") {
            CreateTable("rates", sharding: .by("hotel_id")) {
                Column("hotel_id", .identifier)
                Column("room_type_id", .identifier)
                Column("guests", .integer)
                Column("rooms", .integer)
                Column("price", .money)
                Column("first_night", .date)
                Column("end_night", .date)
                PrimaryKey("hotel_id", "room_type_id")
                Check("rooms > 0")
            }
            CreateTable("stock", sharding: .by("hotel_id")) {
                Column("hotel_id", .identifier)
                Column("room_type_id", .identifier)
                Column("night", .date)
                Column("sold", .integer)
                PrimaryKey("hotel_id", "room_type_id", "night")
            }
        }
    ]
}
