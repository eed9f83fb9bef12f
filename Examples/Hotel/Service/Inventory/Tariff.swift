import PandoDatabase

/// What a room costs on a night: its base price, more at weekends and in season, less in the quiet months.
enum Tariff {
    /// The price of one night, rounded as prices are.
    static func price(_ base: Money, on night: LocalDate) -> Money {
        base.percent(100 + weekendPercent(night) + seasonPercent(night))
    }

    /// The price of all the nights of a stay.
    static func total(_ base: Money, for stay: Stay) -> Money {
        Money(
            minorUnits: stay.nights.reduce(0) { $0 + price(base, on: $1).minorUnits },
            currency: base.currency
        )
    }

    private static func weekendPercent(_ night: LocalDate) -> Int {
        night.isoWeekday == 5 || night.isoWeekday == 6 ? 18 : 0
    }

    private static func seasonPercent(_ night: LocalDate) -> Int {
        let (_, month, day) = night.components
        return switch (month, day) {
        case (12, 20...31), (1, 1...3): 35
        case (7, _), (8, _): 24
        case (1, _), (2, _), (11, _): -10
        default: 0
        }
    }
}
