import PandoDatabase

extension Money {
    /// An amount in whole units of the currency: `Money(units: 12, euro)` is 12.00 euro.
    init(units: Int, _ currency: Currency) {
        self.init(minorUnits: Int64(units) * currency.scale, currency: currency)
    }

    /// Whole units of the currency, the rest cut off.
    var units: Int { Int(minorUnits / currency.scale) }

    /// A price that looks like one: whole units, three digits of them significant.
    var rounded: Money {
        var step = 1
        while units / step >= 1000 { step *= 10 }
        return Money(units: (units + step / 2) / step * step, currency)
    }

    /// A percentage of the amount, rounded as a price.
    func percent(_ percent: Int) -> Money {
        Money(minorUnits: minorUnits * Int64(percent) / 100, currency: currency).rounded
    }
}

extension Currency {
    /// Minor units in a whole unit.
    var scale: Int64 { (0..<minorDigits).reduce(1) { scale, _ in scale * 10 } }

    /// What comes before an amount.
    var symbol: String {
        switch code {
        case "KRW": "₩"
        case "JPY": "¥"
        case "EUR": "€"
        case "GBP": "£"
        case "USD": "$"
        case "THB": "฿"
        case "VND": "₫"
        default: code + "\u{a0}"
        }
    }

    /// Whole units that buy about as much as one euro. Only the order of a search by price depends on it.
    var unitsPerEuro: Double {
        switch code {
        case "KRW": 1_620
        case "JPY": 172
        case "GBP": 0.87
        case "USD": 1.16
        case "CHF": 0.94
        case "CZK": 24.6
        case "DKK": 7.46
        case "SEK": 11.1
        case "CAD": 1.61
        case "MXN": 21.6
        case "BRL": 6.3
        case "TWD": 35
        case "HKD": 9
        case "CNY": 8.3
        case "SGD": 1.51
        case "THB": 37.8
        case "VND": 30_400
        case "IDR": 19_200
        case "AUD": 1.78
        case "NZD": 2.02
        default: 1
        }
    }
}

extension Money {
    /// About as much in euro; only to put prices in order.
    var inEuro: Double { Double(minorUnits) / Double(currency.scale) / currency.unitsPerEuro }
}
