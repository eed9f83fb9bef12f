import Foundation
import PandoDatabase
import Testing

@testable import HotelService

@Suite struct StayTests {
    let friday = LocalDate("2026-12-04")!

    @Test func hasTheNightsBeforeDeparture() throws {
        let stay = try Stay(from: friday, to: friday + 2)
        #expect(stay.count == 2)
        #expect(stay.nights.map(\.description) == ["2026-12-04", "2026-12-05"])
    }

    @Test func needsANightAndEndsAfterThirty() {
        #expect(throws: StayError.noNight) { try Stay(from: friday, to: friday) }
        #expect(throws: StayError.noNight) { try Stay(from: friday, to: friday - 1) }
        #expect(throws: StayError.tooLong) { try Stay(from: friday, to: friday + 31) }
        #expect(throws: Never.self) { try Stay(from: friday, to: friday + 30) }
    }

    @Test func isCheckedWhenItIsDecoded() throws {
        let stay = try Stay(from: friday, to: friday + 2)
        #expect(try JSONDecoder().decode(Stay.self, from: JSONEncoder().encode(stay)) == stay)
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode(Stay.self, from: Data(#"{"from":"2026-12-04","to":"2026-12-04"}"#.utf8))
        }
    }

    @Test func costsMoreAtWeekendsAndInSeason() throws {
        let base = Money(units: 100, Currency("EUR")!)
        #expect(Tariff.price(base, on: LocalDate("2026-10-07")!) == base)
        #expect(Tariff.price(base, on: LocalDate("2026-10-09")!).units == 118)
        #expect(Tariff.price(base, on: LocalDate("2026-12-25")!).units == 153)
        #expect(
            Tariff.total(base, for: try Stay(from: LocalDate("2026-10-08")!, to: LocalDate("2026-10-10")!)).units == 218
        )
    }

    @Test func pricesAreRoundInEveryCurrency() {
        #expect(
            Money(units: 148_321, Currency("KRW")!).rounded == Money(minorUnits: 148_000, currency: Currency("KRW")!)
        )
        #expect(Money(units: 1_234_567, Currency("VND")!).rounded.units == 1_230_000)
        #expect(Money(units: 87, Currency("EUR")!).rounded == Money(minorUnits: 8700, currency: Currency("EUR")!))
    }

    @Test func bookingCodesCanBeReadOut() {
        let code = BookingCode(Identifier("019a0000-0000-7000-8000-00ffffffffff")!)
        #expect(code.description == "ZZZZ-ZZZZ")
        #expect(BookingCode(Identifier("019a0000-0000-7000-8000-000000000000")!).description == "0000-0000")
    }
}
