import PandoDatabase

extension Catalog {
    static let migrations = [
        Migration(1, "create cities, hotels and rooms") {
            CreateTable("cities", sharding: .reference) {
                Column("id", .text)
                Column("name_en", .text)
                Column("name_ko", .text)
                Column("local_name", .text, .nullable)
                Column("country", .text)
                Column("currency", .text)
                PrimaryKey("id")
            }
            CreateTable("hotels", sharding: .reference) {
                Column("id", .identifier)
                Column("city_id", .text)
                Column("details", .json)
                PrimaryKey("id")
                References("city_id", table: "cities", column: "id")
            }
            CreateIndex("hotels_by_city", on: "hotels", "city_id", "id")
            CreateTable("rooms", sharding: .reference) {
                Column("hotel_id", .identifier)
                Column("id", .identifier)
                Column("kind", .text)
                Column("guests", .integer)
                Column("rooms", .integer)
                Column("base_price", .money)
                PrimaryKey("hotel_id", "id")
                References("hotel_id", table: "hotels", column: "id")
            }
        },
        Migration(2, "create the nights of the search read model") {
            CreateTable("room_nights", sharding: .by("hotel_id")) {
                Column("hotel_id", .identifier)
                Column("room_id", .identifier)
                Column("night", .date)
                Column("sold", .integer)
                PrimaryKey("hotel_id", "room_id", "night")
            }
        },
    ]
}
