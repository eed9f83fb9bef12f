import Hummingbird
import Pando
import PandoDatabase
import PandoDomains

/// The mobile API: the same domains through their interfaces, in the language of the request and no more than a small
/// screen shows.
struct MobileRoutes: Sendable {
    let domains: DomainSystem

    func add(to router: some RouterMethods<AppContext>) {
        let mobile = router.group("/m/api")
        mobile.get("hotels") { request, context in
            let query = try request.uri.decodeQuery(as: SearchParameters.self, context: context).query()
            let found = try await domains.call(CatalogInterface.self) { try await $0.search(query) }
            return MobileHotels(items: found.items.map { MobileHotel($0, request.language) }, next: found.next)
        }
        mobile.get("hotels/:id") { request, context in
            let stay = try request.uri.decodeQuery(as: StayParameters.self, context: context).stay()
            let id = try context.id()
            let details = try await domains.call(CatalogInterface.self) { try await $0.hotel(id) }
            guard let details else { throw Problem(.notFound) }
            guard let stay else { return MobileHotelDetails(details, [], request.language) }
            let offers = try await domains.call(InventoryInterface.self) { try await $0.offers(of: [id], for: stay) }
            return MobileHotelDetails(details, offers, request.language)
        }
        mobile.post("reservations") { request, context in
            let guest = try context.requireAccount()
            let key = try request.idempotencyKey()
            let booking = try await request.decode(as: BookingRequest.self, context: context)
            let outcome = try await domains.call(ReservationsInterface.self) {
                try await $0.book(booking, for: guest, key: key)
            }
            return EditedResponse(status: .created, response: MobileReservation(try outcome.reservation()))
        }
        mobile.get("reservations") { _, context in
            let guest = try context.requireAccount()
            let all = try await domains.call(ReservationsInterface.self) { try await $0.list(of: guest) }
            return Items(items: all.map(MobileReservation.init))
        }
        mobile.delete("reservations/:id") { _, context in
            let (id, guest) = (try context.id(), try context.requireAccount())
            try await domains.call(ReservationsInterface.self) { try await $0.cancel(id, of: guest) }.requireDone()
            return HTTPResponse.Status.noContent
        }
    }
}

extension MobileHotels: ResponseEncodable {}
extension MobileHotelDetails: ResponseEncodable {}
extension MobileReservation: ResponseEncodable {}
