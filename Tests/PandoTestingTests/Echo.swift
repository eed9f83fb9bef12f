import Hummingbird
import Pando
import PandoDatabase
import PandoMessaging

/// Told when something was said.
struct Said: Message {
    static let topic = "said"
    let words: String
}

/// Keeps what it is told, counts it by a consumer, and says who asks.
struct Echo: Domain {
    static let name = "echo"

    func register(_ domain: inout DomainBuilder) throws {
        let database = domain.database
        domain.migrations {
            Migration(1, "create said") {
                CreateTable("said", sharding: .by("words")) {
                    Column("words", .text)
                    Column("times", .bigint)
                    PrimaryKey("words")
                }
            }
        }
        domain.routes { router in
            router.post("say") { request, context in
                let words = try await request.decode(as: String.self, context: context)
                try await database.write { tx in try await tx.publish(Said(words: words), key: words) }
                return HTTPResponse.Status.created
            }
            router.get("times") { request, _ in
                let words = request.uri.queryParameters.get("words") ?? ""
                return try await database.read { tx in
                    "\(try await tx.first("SELECT times FROM said WHERE words = \(words)", as: Int.self) ?? 0)"
                }
            }
            Echo.addCookieRoutes(to: router)
        }
        try domain.consume(Said.self, as: "count") { message, tx in
            try await tx.execute(
                """
                INSERT INTO said (words, times) VALUES (\(message.words), 1)
                ON CONFLICT (words) DO UPDATE SET times = said.times + 1
                """
            )
        }
        // Says who answers, so that a test sees that copies are asked in turn.
        let copy = "\(Identifier())"
        domain.routes { $0.get("copy") { _, _ in copy } }
    }

    private static func addCookieRoutes(to router: some RouterMethods<AppContext>) {
        router.get("login") { _, _ in
            Response(status: .seeOther, headers: [.setCookie: "who=mina; Path=/; Max-Age=60", .location: "/me"])
        }
        router.get("logout") { _, _ in Response(status: .ok, headers: [.setCookie: "who=; Path=/; Max-Age=0"]) }
        router.get("me") { request, _ in request.headers[.cookie] ?? "nobody" }
        router.post("form") { request, context in
            let body = try await request.body.collect(upTo: context.maxUploadSize)
            return "\(request.headers[.contentType] ?? "") \(String(buffer: body))"
        }
    }
}

/// An app of one domain.
struct EchoApp: App {
    static let name = "echo"
    var domains: [any Domain] { [Echo()] }
}
