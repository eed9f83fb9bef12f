import Hummingbird
import Pando
import PandoDatabase

/// `GET /api/hotels` and `GET /api/hotels/{id}`.
struct CatalogRoutes: Sendable {
    let hotels: HotelCatalog

    func add(to router: some RouterMethods<AppContext>) {
        router.get("/api/hotels") { request, context in
            try await hotels.search(request.uri.decodeQuery(as: SearchParameters.self, context: context).query())
        }
        router.get("/api/hotels/:id") { request, context in
            let id = try context.id()
            // RFC 9111, section 5.2.1.4: the client wants the state of the origin.
            let isReload = request.headers[values: .cacheControl].contains("no-cache")
            guard let hotel = try await isReload ? hotels.stored(id) : hotels.hotel(id) else {
                throw Problem(.notFound)
            }
            return Response(status: .ok, headers: Self.json, body: ResponseBody(byteBuffer: hotel.json))
        }
    }

    private static let json: HTTPFields = [.contentType: "application/json; charset=utf-8"]
}

extension HotelResults: ResponseEncodable {}
