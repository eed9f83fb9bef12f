import Foundation
import NIOHTTP1
import PandoDatabase
import Testing

@testable import HotelService

@Suite(.timeLimit(.minutes(2))) struct SiteTests {
    @Test func greetsInTheLanguageOfTheReader() async throws {
        try await HotelFixture.run { hotel in
            let korean = try await hotel.client.get("/", headers: ["Accept-Language": "ko-KR,ko;q=0.9"])
            #expect(korean.status == 302)
            #expect(korean.headers.first(name: "Location") == "/ko")
            let page = try await hotel.client.get("/ko")
            #expect(page.text.contains("<html lang=\"ko\">"))
            #expect(page.text.contains("서울"))
            #expect(page.text.contains("href=\"/en\""))
            #expect(page.headers.first(name: "Content-Security-Policy")?.contains("default-src 'self'") == true)
            let styles = try #require(page.text.firstMatch(of: /href="(\/static\/site\.[^"]+\.css)"/)).output.1
            #expect(try await hotel.client.get(String(styles)).status == 200)
        }
    }

    /// A whole visit without JavaScript: search, look, sign up, book, see, cancel.
    @Test(arguments: Language.allCases) func aVisitorBooksAndCancels(language: Language) async throws {
        try await HotelFixture.run { hotel in
            let site = "/\(language.rawValue)"
            let stay = BookingTests.stay
            let days = "from=\(stay.from)&to=\(stay.to)&guests=1"
            let results = try await hotel.client.get("\(site)/hotels?q=Kyoto&city=&\(days)").text
            let path = try #require(results.firstMatch(of: /href="(\/(en|ko)\/hotels\/[0-9a-f-]{36}[^"]*)"/)).output.1
            let page = try await hotel.client.get(String(path).replacing("&amp;", with: "&")).text
            let link = try #require(page.firstMatch(of: /href="(\/(en|ko)\/book[^"]*)"/)).output.1
            let book = String(link).replacing("&amp;", with: "&")
            // Who is not logged in is sent to log in, and from there back.
            let redirect = try await hotel.client.get(book)
            #expect(redirect.status == 303)
            let login = try #require(redirect.headers.first(name: "Location"))
            #expect(login.hasPrefix("\(site)/login?next="))
            let next = String(book.dropFirst(site.count))
            let entered = try await hotel.client.post(
                "\(site)/signup",
                form: [
                    ("name", "<b>Mina</b>"), ("email", "m@example.com"), ("password", "long enough 1"), ("next", next),
                ]
            )
            #expect(entered.status == 303)
            #expect(entered.headers.first(name: "Location") == book)
            let guest = hotel.client.with(entered)
            let review = try await guest.get(book).text
            let fields = review.matches(of: /name="(\w+)" value="([^"]*)"/).map {
                (String($0.output.1), String($0.output.2))
            }
            let first = try await guest.post("\(site)/bookings", form: fields)
            let second = try await guest.post("\(site)/bookings", form: fields)
            #expect(first.status == 303)
            let booking = try #require(first.headers.first(name: "Location"))
            #expect(second.headers.first(name: "Location") == booking)
            let shown = try await guest.get(booking)
            #expect(shown.text.contains(language[.bookingConfirmed]))
            #expect(try await guest.get("\(site)/bookings").text.contains(booking))
            #expect(try await guest.post(booking + "/cancel", form: []).status == 303)
            #expect(try await guest.get(booking).text.contains(language[.bookingCancelled]))
            #expect(try await guest.post("\(site)/logout", form: []).status == 303)
            #expect(try await guest.get(booking).status == 303)
        }
    }

    @Test func mistakesAreToldOnThePage() async throws {
        try await HotelFixture.run { hotel in
            let bad = try await hotel.client.post(
                "/en/signup",
                form: [("name", "\"><script>"), ("email", "nobody"), ("password", "long enough 1")]
            )
            #expect(bad.status == 422)
            #expect(bad.text.contains("e-mail address"))
            #expect(!bad.text.contains("<script>"))
            let wrong = try await hotel.client.post("/ko/login", form: [("email", "a@b.c"), ("password", "x")])
            #expect(wrong.status == 401)
            #expect(wrong.text.contains(Localized.wrongCredentials.ko))
            let dates = try await hotel.client.get("/en/hotels?from=2026-12-09&to=2026-12-01")
            #expect(dates.status == 200)
            #expect(dates.text.contains(Localized.badDates.en))
            for page in ["/en/hotels/\(Identifier())", "/en/hotels?sort=best", "/en/hotels/1", "/ko/nothing"] {
                let answer = try await hotel.client.get(page)
                #expect(answer.status == 404)
                #expect(answer.headers.first(name: "Content-Type") == "text/html; charset=utf-8")
            }
            for page in ["/en/login", "/ko/signup?next=%2Fbookings"] {
                let answer = try await hotel.client.get(page)
                #expect(answer.status == 200)
                #expect(answer.text.contains("<form class=\"stack\" method=\"post\""))
            }
            #expect(try await hotel.client.get("/ko/nothing/here").text.contains(Localized.notFoundTitle.ko))
        }
    }

    @Test func otherSitesCannotActForAGuest() async throws {
        try await HotelFixture.run { hotel in
            let away = try await hotel.client.post(
                "/en/login",
                form: [("email", "a@b.c"), ("password", "x"), ("next", "//evil.example")]
            )
            #expect(away.text.contains("name=\"next\" value=\"\""))
        }
    }
}
