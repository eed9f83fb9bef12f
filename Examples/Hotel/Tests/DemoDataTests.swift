import Crypto
import Foundation
import PandoDatabase
import Testing

@testable import HotelService

@Suite struct DemoDataTests {
    static let firstNight = LocalDate("2026-11-21")!
    static let demo = DemoData.make(firstNight: firstNight)

    @Test func hasFiveHundredHotelsInRealCities() {
        #expect(Self.demo.hotels.count == 500)
        #expect(Self.demo.cities.count == 58)
        #expect(Set(Self.demo.hotels.map(\.cityID)) == Set(Self.demo.cities.map(\.id)))
    }

    @Test func hasSeveralRoomTypesInEveryHotel() {
        let rooms = Dictionary(grouping: Self.demo.rooms, by: \.hotelID)
        #expect(rooms.count == 500)
        #expect(rooms.values.allSatisfy { (3...6).contains($0.count) && Set($0.map(\.kind)).count == $0.count })
    }

    @Test func sellsAYearOfNights() {
        #expect(Self.demo.nights.count == 365)
        #expect(Self.demo.nights.first == Self.firstNight)
    }

    @Test func namesNoTwoHotelsAlike() {
        #expect(Set(Self.demo.hotels.map { "\($0.cityID) \($0.name)" }).count == 500)
        #expect(Set(Self.demo.hotels.map(\.id)).count == 500)
        #expect(Set(Self.demo.rooms.map(\.id)).count == Self.demo.rooms.count)
    }

    @Test func chargesInTheMoneyOfTheCity() {
        let currencies = Dictionary(uniqueKeysWithValues: Self.demo.cities.map { ($0.id, $0.currency) })
        let cities = Dictionary(uniqueKeysWithValues: Self.demo.hotels.map { ($0.id, $0.cityID) })
        for room in Self.demo.rooms {
            #expect(room.basePrice.currency == currencies[cities[room.hotelID]!])
            #expect((15...2_000).contains(room.basePrice.inEuro), "\(room)")
            #expect((1...30).contains(room.rooms))
        }
    }

    @Test func namesHotelsInTheScriptOfThePlace() {
        let korean = Self.demo.hotels.filter { $0.cityID == "busan" }
        #expect(korean.allSatisfy { $0.localName?.isKorean == true })
        let japanese = Self.demo.hotels.filter { $0.cityID == "kyoto" }
        #expect(japanese.allSatisfy { $0.localName != nil && $0.localName?.isKorean == false })
        #expect(Self.demo.hotels.filter { $0.cityID == "paris" }.allSatisfy { $0.localName == nil })
    }

    @Test func isTheSameForTheSameSeed() throws {
        let again = DemoData.make(firstNight: Self.firstNight)
        #expect(again.hotels == Self.demo.hotels)
        #expect(again.rooms == Self.demo.rooms)
        #expect(DemoData.make(seed: 1, firstNight: Self.firstNight).hotels != Self.demo.hotels)
        // The golden hash: whoever changes the demo changes it knowingly.
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        var hash = SHA256()
        hash.update(data: try encoder.encode(Self.demo.hotels))
        hash.update(data: try encoder.encode(Self.demo.rooms))
        #expect(hash.finalize().map { String($0, radix: 16) }.joined().prefix(16) == "?")
    }
}
