import Foundation
import PandoDatabase
import PandoTesting
import Testing

@testable import HotelService

@Suite(.timeLimit(.minutes(2))) struct SearchTests {
    @Test func findsHotelsInEveryScript() async throws {
        try await HotelFixture.run { hotel in
            func find(_ words: String) async throws -> [HotelListing] {
                try await hotel.client.get("/api/hotels\(QueryString([("q", words)]))").json(HotelResults.self).items
            }
            let expectations: [(words: String, fits: @Sendable (HotelListing) -> Bool)] = [
                ("하늘", { $0.localName?.contains("하늘") == true }),
                ("부산 호텔", { $0.cityID == "busan" }),
                ("京都 旅館", { $0.cityID == "kyoto" && $0.name.hasPrefix("Ryokan") }),
                ("さくら", { $0.name.contains("Sakura") }),
                ("gracia", { $0.district.en == "Gràcia" }),
                ("파리", { $0.cityID == "paris" }),
                ("Kyoto", { $0.cityID == "kyoto" }),
            ]
            for (words, fits) in expectations {
                let found = try await find(words)
                #expect(!found.isEmpty, "\(words)")
                #expect(found.allSatisfy(fits), "\(words)")
            }
            #expect(try await find("qwertyuiop").isEmpty)
        }
    }

    @Test func pagesShowEveryHotelOnceInOrder() async throws {
        try await HotelFixture.run { hotel in
            for sort in HotelQuery.Sort.allCases {
                var seen: [HotelListing] = []
                var cursor: String?
                repeat {
                    let query = QueryString([("city", "seoul"), ("sort", sort.rawValue), ("cursor", cursor)])
                    let page = try await hotel.client.get("/api/hotels\(query)").json(HotelResults.self)
                    seen += page.items
                    cursor = page.next
                } while cursor != nil
                #expect(seen.count == 36)
                #expect(Set(seen.map(\.id)).count == 36)
                let prices = seen.map(\.price.minorUnits)
                let scores = seen.map(\.score)
                #expect(sort == .price ? prices == prices.sorted() : scores == scores.sorted(by: >))
            }
        }
    }

    @Test func leavesOutHotelsThatAreSoldOut() async throws {
        try await HotelFixture.run { hotel in
            let demo = BookingTests.demo
            let stay = BookingTests.stay
            // Only suites take four guests in a five-star house without family rooms.
            let house = try #require(
                demo.hotels.first { house in
                    demo.rooms.filter { $0.hotelID == house.id && $0.guests == 4 }.map(\.rooms).reduce(0, +) <= 3
                        && demo.rooms.contains { $0.hotelID == house.id && $0.guests == 4 }
                }
            )
            let room = try #require(demo.rooms.first { $0.hotelID == house.id && $0.guests == 4 })
            let path =
                "/api/hotels?city=\(house.cityID)&guests=4&from=\(stay.from)&to=\(stay.to)&q=\(QueryString.encode(house.name))"
            func isFound() async throws -> Bool {
                try await hotel.client.get(path).json(HotelResults.self).items.contains { $0.id == house.id }
            }
            #expect(try await isFound())
            let guest = try await hotel.client.guest()
            for _ in 1...room.rooms { #expect(try await guest.book(room, stay).status == 201) }
            try await hotel.becomesQuiet()
            #expect(try await !isFound())
        }
    }
}
