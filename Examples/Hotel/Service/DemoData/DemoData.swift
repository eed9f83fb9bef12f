import PandoDatabase

/// The world that the demo starts with: 500 hotels in real cities, their room types and the nights on sale.
///
/// A pure function of the seed and the first night. The hotels are invented; cities and neighbourhoods are real.
struct DemoData: Sendable {
    let cities: [City]
    let hotels: [Hotel]
    let rooms: [RoomType]
    /// The nights on sale, the first one included and the last one excluded.
    let nights: Range<LocalDate>

    /// How many nights are on sale.
    static let horizon = 365
    /// The seed of the world that `make run` shows.
    static let seed: UInt64 = 20_261_121

    static func make(seed: UInt64 = seed, firstNight: LocalDate) -> DemoData {
        var maker = DemoMaker(random: SplitMix64(seed: seed))
        for city in DemoCity.all { maker.build(city) }
        return DemoData(
            cities: DemoCity.all.map(\.city),
            hotels: maker.hotels,
            rooms: maker.rooms,
            nights: firstNight..<firstNight + horizon
        )
    }
}
