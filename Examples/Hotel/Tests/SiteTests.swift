import Foundation
import PandoDatabase
import PandoTesting
import Testing

@testable import HotelService

@Suite(.timeLimit(.minutes(2))) struct SiteTests {
    @Test func greetsInTheLanguageOfTheReader() async throws {
        try await HotelFixture.run { hotel in
            let korean = try await hotel.client.get("/", headers: ["Accept-Language": "ko-KR,ko;q=0.9"])
            #expect(korean.status == 302)
            #expect(korean.header("Location") == "/ko")
            let page = try await hotel.client.get("/ko")
            #expect(page.text.contains("<html lang=\"ko\">"))
            #expect(page.text.contains("서울"))
            #expect(page.text.contains("href=\"/en\""))
            #expect(page.header("Content-Security-Policy")?.contains("default-src 'self'") == true)
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
            let login = try #require(redirect.header("Location"))
            #expect(login.hasPrefix("\(site)/login?next="))
            let next = String(book.dropFirst(site.count))
            let guest = hotel.client.newClient()
            let entered = try await guest.post(
                "\(site)/signup",
                form: [
                    ("name", "<b>Mina</b>"), ("email", "m@example.com"), ("password", "long enough 1"), ("next", next),
                ]
            )
            #expect(entered.status == 303)
            #expect(entered.header("Location") == book)
            let review = try await guest.get(book).text
            let fields = review.matches(of: /name="(\w+)" value="([^"]*)"/).map {
                (String($0.output.1), String($0.output.2))
            }
            let first = try await guest.post("\(site)/bookings", form: fields)
            let second = try await guest.post("\(site)/bookings", form: fields)
            #expect(first.status == 303)
            let booking = try #require(first.header("Location"))
            #expect(second.header("Location") == booking)
            let shown = try await guest.get(booking)
            #expect(shown.text.contains(language[.bookingConfirmed]))
            // The button that cancels stands behind a question.
            let question = try #require(shown.text.firstMatch(of: /(?s)<details.*?<\/details>/)).output
            #expect(question.contains("action=\"\(booking)/cancel\""))
            #expect(question.contains(language[.cancelQuestion]))
            #expect(try await guest.get("\(site)/bookings").text.contains(booking))
            #expect(try await guest.post(booking + "/cancel", form: []).status == 303)
            let cancelled = try await guest.get(booking).text
            #expect(cancelled.contains(language[.bookingCancelled]))
            #expect(cancelled.contains("<p class=\"seal off\">\(Icon.cross.html.text)</p>"))
            #expect(!cancelled.contains("<details"))
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
            for page in ["/en/hotels/\(Identifier())", "/en/hotels?sort=best", "/en/hotels/1", "/ko/nothing"] {
                let answer = try await hotel.client.get(page)
                #expect(answer.status == 404)
                #expect(answer.header("Content-Type") == "text/html; charset=utf-8")
            }
            for page in ["/en/login", "/ko/signup?next=%2Fbookings"] {
                let answer = try await hotel.client.get(page)
                #expect(answer.status == 200)
                #expect(answer.text.contains("<form class=\"stack\" method=\"post\""))
            }
            #expect(try await hotel.client.get("/ko/nothing/here").text.contains(Localized.notFoundTitle.ko))
        }
    }

    /// Reversed, past, malformed, half given and too far away: the page says so and keeps what was entered.
    @Test(arguments: Language.allCases) func datesThatCannotBeAreToldAndKept(language: Language) async throws {
        let house = try #require(BookingTests.demo.hotels.first).id
        let (today, site) = (BookingTests.today, "/\(language.rawValue)")
        let choices = [
            ("\(today + 9)", "\(today + 3)"), ("2020-01-01", "2020-01-04"), ("abc", "abc"), ("\(today + 3)", ""),
            ("\(today + 3)", "\(today + 34)"), ("\(today + 700)", "\(today + 702)"),
        ]
        try await HotelFixture.run { hotel in
            for page in ["/hotels", "/hotels/\(house)"] {
                for (from, to) in choices {
                    let answer = try await hotel.client.get("\(site)\(page)?from=\(from)&to=\(to)&guests=1")
                    #expect(answer.status == 200)
                    #expect(answer.text.contains(language[.badDates]), "\(page) \(from) \(to)")
                    #expect(answer.text.contains("name=\"from\" value=\"\(from)\""))
                    #expect(answer.text.contains("name=\"to\" value=\"\(to)\""))
                }
                let fine = try await hotel.client.get("\(site)\(page)?from=\(today)&to=\(today + 2)&guests=1").text
                #expect(!fine.contains(language[.badDates]))
                #expect(fine.contains("name=\"from\" value=\"\(today)\""))
                #expect(try await !hotel.client.get("\(site)\(page)").text.contains(language[.badDates]))
            }
        }
    }

    @Test func aSearchSaysHowManyHotelsItFound() async throws {
        try await HotelFixture.run { hotel in
            let cities = Dictionary(grouping: BookingTests.demo.hotels, by: \.cityID)
            let small = try #require(cities.first { (2..<20).contains($0.value.count) })
            let few = try await hotel.client.get("/en/hotels?city=\(small.key)").text
            #expect(few.contains(">\(small.value.count) hotels</p>"))
            #expect(try await hotel.client.get("/ko/hotels").text.contains(Localized.hotelsAtLeast(20).ko))
        }
    }

    @Test func signingUpSaysOnceWhatIsWrong() async throws {
        try await HotelFixture.run { hotel in
            func signUp(_ email: String, _ password: String) async throws -> ServiceAnswer {
                try await hotel.client.post(
                    "/en/signup",
                    form: [("name", "Mina"), ("email", email), ("password", password), ("next", "/bookings")]
                )
            }
            let short = try await signUp("mina@example.com", "short")
            #expect(short.status == 422)
            #expect(short.text.matches(of: /At least 10 characters/).count == 1)
            #expect(short.text.contains("role=\"alert\" id=\"hint\""))
            #expect(short.text.contains("minlength=\"10\""))
            #expect(try await signUp("mina@example.com", "long enough 1").status == 303)
            let taken = try await signUp("mina@example.com", "long enough 2")
            #expect(taken.status == 409)
            let link = "<a href=\"/en/login?next=%2Fbookings\">Log in instead?</a>"
            #expect(taken.text.contains("\(Localized.emailTaken.en) \(link)"))
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
