/// An amount of money in a currency's minor unit: 12,000 won is 12000, 12.50 euro is 1250.
///
/// A ``ColumnType/money`` column `price` is stored as two: `price`, the amount as a 64-bit integer, which can be summed and
/// compared in SQL, and `price_currency`. A `Codable` row decodes both into one `Money` property; to write, bind
/// `\(price.minorUnits)` and `\(price.currency)`.
public struct Money: Hashable, Sendable, Codable {
    /// The amount in the currency's minor unit.
    public var minorUnits: Int64
    /// The currency.
    public var currency: Currency

    /// Makes an amount.
    public init(minorUnits: Int64, currency: Currency) {
        self.minorUnits = minorUnits
        self.currency = currency
    }

    /// The amount a number of times over; nil where it overflows 64 bits.
    public func multiplied(by count: Int) -> Money? {
        let (product, overflow) = minorUnits.multipliedReportingOverflow(by: Int64(count))
        return overflow ? nil : Money(minorUnits: product, currency: currency)
    }

    /// The sum; nil where the currencies differ or the sum overflows 64 bits.
    public func adding(_ other: Money) -> Money? {
        guard currency == other.currency else { return nil }
        let (sum, overflow) = minorUnits.addingReportingOverflow(other.minorUnits)
        return overflow ? nil : Money(minorUnits: sum, currency: currency)
    }
}

/// A currency by its ISO 4217 code, three upper-case letters.
public struct Currency: Hashable, Sendable {
    /// The code, such as `KRW`.
    public let code: String

    /// Takes a code; nil where it is not three upper-case ASCII letters. It need not be one that ISO has assigned.
    public init?(_ code: String) {
        guard code.utf8.count == 3, code.utf8.allSatisfy({ (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) })
        else {
            return nil
        }
        self.code = code
    }

    /// Digits after the decimal point (ISO 4217): 2 unless the currency is known to differ.
    public var minorDigits: Int {
        switch code {
        case "BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND", "VUV", "XAF",
            "XOF", "XPF":
            0
        case "BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND": 3
        default: 2  // Every other code of ISO 4217 that a price is quoted in.
        }
    }
}

extension Currency: Codable {
    /// Encodes the code.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(code)
    }

    /// Decodes the code.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let value = Currency(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not an ISO 4217 currency code")
        }
        self = value
    }
}

extension Currency: SQLConvertible {
    /// The code as text.
    public var sqlValue: SQLValue { .text(code) }

    /// Decodes the code.
    public init(sqlValue: SQLValue) throws {
        guard case .text(let text) = sqlValue, let value = Currency(text) else {
            throw mismatch(sqlValue, Currency.self)
        }
        self = value
    }
}
