import PandoDatabase

/// What the demo data knows of a city: its names, its money, how many hotels it has and where they stand.
struct DemoCity: Sendable {
    /// A neighbourhood, with its name in the city's own script where that is not Latin.
    struct District: Sendable {
        let name: String
        let local: String?

        init(_ name: String, _ local: String? = nil) {
            self.name = name
            self.local = local
        }

        /// What a Korean text calls it.
        var korean: String { local.flatMap { $0.isKorean ? $0 : nil } ?? name }
    }

    /// The language that hotels of a city are named in.
    enum Naming: Sendable { case korean, japanese, chinese, english, romance, germanic, nordic, tropical }

    let city: City
    let naming: Naming
    let hotels: Int
    /// What a plain double room costs in a middling month, in whole units of the city's currency.
    let price: Int
    let districts: [District]

    init(
        _ id: String,
        _ english: String,
        _ korean: String,
        local: String? = nil,
        _ country: String,
        _ currency: String,
        _ naming: Naming,
        hotels: Int,
        price: Int,
        _ districts: [District]
    ) {
        city = City(
            id: id,
            name: Localized(en: english, ko: korean),
            localName: local,
            country: country,
            currency: Currency(currency)!
        )  // every code in the tables has three letters
        self.naming = naming
        self.hotels = hotels
        self.price = price
        self.districts = districts
    }

    /// Every city of the demo, 500 hotels in all.
    static let all = korea + japan + europe + americas + asiaPacific
}
