import ArgumentParser
import Foundation
import PandoLoad

/// The reference service, as a guest who is signed in sees it.
struct HotelCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hotel",
        abstract: "Measures a session-authenticated GET /api/hotels/{id} of the hotel."
    )

    @OptionGroup var options: MeasureOptions

    @Option(help: "The hotel's binary.")
    var binary = "../.build/release/hotel"

    @Option(help: "The port of the hotel; the next one is its admin port.")
    var port = 18_081

    @Option(help: "What follows /api/hotels/{id}, for example /availability?from=2027-01-01&to=2027-01-03.")
    var suffix = ""

    @Flag(help: "Ask for the stored state each time, past the service's cache: 'Cache-Control: no-cache'.")
    var uncached = false

    @Argument(help: "Further arguments of 'hotel up', after --.")
    var arguments: [String] = []

    func run() async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("hotel-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: folder) }  // what is left is in the temporary folder
        let url = "http://127.0.0.1:\(port)"
        let command = [
            binary, "up", "--address", "127.0.0.1:\(port)", "--admin", "127.0.0.1:\(port + 1)", "--data", folder,
        ]
        let server = try Server.start(command + arguments, core: Cores.server)
        defer { server.stop() }
        try await Endpoint(url: url, path: "/api/hotels", headers: [:]).awaitAnswer(of: server)
        let guest = try await Guest.signUp(url)
        var headers = ["Authorization": "Bearer \(guest.token)"]
        if uncached { headers["Cache-Control"] = "no-cache" }
        let endpoint = Endpoint(url: url, path: "/api/hotels/\(guest.hotel)\(suffix)", headers: headers)
        try await options.measure(endpoint, of: server)
    }
}

/// A guest with a session, and a hotel to look at.
struct Guest: Sendable {
    var token: String
    var hotel: String

    private struct Session: Decodable, Sendable { var token: String }
    private struct Hotels: Decodable, Sendable {
        struct Hotel: Decodable, Sendable {
            var id: String
        }
        var items: [Hotel]
    }

    /// Makes an account, signs in and finds a hotel.
    static func signUp(_ url: String) async throws -> Guest {
        try await Requests.send(to: url) { client in
            let email = "bench-\(UUID().uuidString)@example.com"
            let account = ["email": email, "password": "correct horse battery staple", "name": "Bench"]
            try await client.post("/api/accounts", json: account).requireSuccess()
            let credentials = ["email": email, "password": "correct horse battery staple"]
            let session = try await client.post("/api/session", json: credentials).requireSuccess()
            let hotels = try await client.get("/api/hotels").requireSuccess().json(as: Hotels.self)
            guard let hotel = hotels.items.first else { throw BenchmarkError("the hotel has no hotels; is it seeded?") }
            return Guest(token: try session.json(as: Session.self).token, hotel: hotel.id)
        }
    }
}
