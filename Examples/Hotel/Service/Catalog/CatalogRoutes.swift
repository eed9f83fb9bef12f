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
        router.get("/api/hotels/:id") { _, context in
            guard let hotel = try await hotels.hotel(context.id()) else { throw Problem(.notFound) }
            return Response(
                status: .ok,
                headers: [.contentType: "application/json; charset=utf-8"],
                body: ResponseBody(byteBuffer: hotel.json)
            )
        }
    }
}

extension HotelResults: ResponseEncodable {}
