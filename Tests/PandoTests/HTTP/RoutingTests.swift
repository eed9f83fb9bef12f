import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import PandoTelemetry
import Testing

@testable import Pando

@Suite(.timeLimit(.minutes(1))) struct RoutingTests {
    /// A context of an application that knows nothing of Pando.
    private struct LegacyContext: RequestContext {
        var coreContext: CoreRequestContextStorage
        var greeting = "hello"

        init(source: ApplicationRequestContextSource) {
            coreContext = CoreRequestContextStorage(source: source)
        }
    }

    private struct Stamp<Context: RequestContext>: RouterMiddleware {
        func handle(
            _ request: Request,
            context: Context,
            next: @concurrent (Request, Context) async throws -> Response
        ) async throws -> Response {
            var response = try await next(request, context)
            response.headers[.server] = "legacy"
            return response
        }
    }

    private func legacy() -> Router<LegacyContext> {
        let router = Router(context: LegacyContext.self)
        router.add(middleware: Stamp())
        router.get("greet/{name}") { _, context in
            "\(context.greeting) \(context.parameters.get("name") ?? "") \(context.maxUploadSize)"
        }
        router.post("echo") { request, _ in
            let body = try await request.body.collect(upTo: 1000)
            return Response(status: .created, body: ResponseBody(byteBuffer: body))
        }
        router.get("fail") { _, _ -> String in throw HTTPError(.conflict, message: "as before") }
        return router
    }

    @Test(arguments: ["", "/legacy"]) func hummingbirdApplicationMountsUnchanged(prefix: String) async throws {
        var server = TestServer()
        server.fallback = Fallback(mounts: [Mount(responder: legacy().buildResponder(), at: prefix)])
        let registry = server.registry
        try await server.application { router in
            router.get("own") { _, _ in "own" }
        }.test(.live) { client in
            #expect(String(buffer: try await client.execute(uri: "/own", method: .get).body) == "own")
            let greeting = try await client.execute(uri: "\(prefix)/greet/ada", method: .get)
            #expect(String(buffer: greeting.body) == "hello ada 2097152")
            #expect(greeting.headers[.server] == "legacy")
            #expect(greeting.headers[.xContentTypeOptions] == "nosniff")
            let body = ByteBuffer(string: "echoed")
            let echo = try await client.execute(uri: "\(prefix)/echo", method: .post, body: body)
            #expect(echo.status == .created)
            #expect(String(buffer: echo.body) == "echoed")
            let failure = try await client.execute(uri: "\(prefix)/fail", method: .get)
            #expect(String(buffer: failure.body) == #"{"error":{"message":"as before"}}"#)
            #expect(try await client.execute(uri: "\(prefix)/nothing", method: .get).status == .notFound)
        }
        #expect(registry.exposition().contains("route=\"\(prefix)/greet/{name}\",method=\"GET\",status=\"200\""))
    }

    @Test func knownPathWithOtherMethodIs405() async throws {
        let server = TestServer()
        let table = RouteTable(router: Router(context: AppContext.self), domain: "a", after: [])
        table.group("api").get("items/{id}") { _, _ in "" }.delete("items/{id}") { _, _ in "" }
        table.group().get("files/**") { _, _ in "" }
        server.fallback.learn(table.entries)
        try await server.application { _ in }.test(.router) { client in
            let refused = try await client.execute(uri: "/api/items/7", method: .post)
            #expect(refused.status == .methodNotAllowed)
            #expect(refused.headers[.allow] == "DELETE, GET, HEAD")
            #expect(try await client.execute(uri: "/files/a/b", method: .put).status == .methodNotAllowed)
            let options = try await client.execute(uri: "/api/items/7", method: .options)
            #expect(options.status == .noContent)
            #expect(try await client.execute(uri: "/api/items", method: .post).status == .notFound)
            #expect(try await client.execute(uri: "/api/items/7/x", method: .post).status == .notFound)
        }
    }

    @Test func routesThatTakeTheSameRequestsAreFound() {
        let router = Router(context: AppContext.self)
        let first = RouteTable(router: router, domain: "catalog", after: [])
        first.group("api").get("hotels/{id}") { _, _ in "" }
        let second = RouteTable(router: router, domain: "inventory", after: first.entries)
        second.group().get("api/hotels/:hotel") { _, _ in "" }
        #expect(second.conflicts.count == 1)
        #expect(second.conflicts.first?.contains("catalog") == true)
        #expect(second.conflicts.first?.contains("inventory") == true)
    }
}
