import Hummingbird
import Pando
import PandoDatabase
import PandoDomains

extension SiteRoutes {
    /// Shows what is about to be booked, and asks.
    func review(_ visit: SiteVisit) async throws -> Response {
        guard visit.site.account != nil else { return visit.logInFirst() }
        guard let request = try visit.query(BookingForm.self).request,
            let stay = try? request.stay(),  // two days that are no stay: the address was tampered with
            let (details, room) = try await room(request.roomTypeID, of: request.hotelID)
        else { return visit.notFound() }
        let offer = try await domains.call(InventoryInterface.self) { inventory in
            try await inventory.offer(of: room.id, in: request.hotelID, for: stay)
        }
        guard let offer, offer.free > 0 else {
            return visit.soldOut(request.hotelID)
        }
        return visit.show(
            ReviewPage(details: details, room: room, offer: offer, guests: request.guests, key: Identifier())
        )
    }

    /// Books. The form's key makes sending it twice the same as once.
    func book(_ visit: SiteVisit) async throws -> Response {
        guard let guest = visit.site.account else { return visit.logInFirst() }
        let form = try await visit.form(BookingForm.self)
        guard let request = form.request, let key = form.key else { return visit.notFound() }
        let outcome = try await domains.call(ReservationsInterface.self) { reservations in
            try await reservations.book(request, for: guest, key: key)
        }
        return switch outcome {
        case .confirmed(let reservation): visit.go(to: "/bookings/\(reservation.id)")
        case .soldOut: visit.soldOut(request.hotelID)
        }
    }

    /// Lists what the visitor has booked.
    func bookings(_ visit: SiteVisit) async throws -> Response {
        guard let guest = visit.site.account else { return visit.logInFirst() }
        var items: [BookingsPage.Item] = []
        for reservation in try await domains.call(ReservationsInterface.self, { try await $0.list(of: guest) }) {
            guard let (details, _) = try await room(reservation.roomTypeID, of: reservation.hotelID) else { continue }
            items.append(BookingsPage.Item(reservation: reservation, hotel: details.hotel, city: details.city))
        }
        return visit.show(BookingsPage(items: items))
    }

    /// Shows one booking.
    func booking(_ visit: SiteVisit) async throws -> Response {
        guard let guest = visit.site.account else { return visit.logInFirst() }
        return try await showBooking(visit, guest, problem: nil)
    }

    /// Cancels a booking.
    func cancel(_ visit: SiteVisit) async throws -> Response {
        guard let guest = visit.site.account else { return visit.logInFirst() }
        guard let id = visit.id else { return visit.notFound() }
        switch try await domains.call(ReservationsInterface.self, { try await $0.cancel(id, of: guest) }) {
        case .done: return visit.go(to: "/bookings/\(id)")
        case .tooLate: return try await showBooking(visit, guest, problem: .tooLateToCancel)
        case .notFound: return visit.notFound()
        }
    }

    private func showBooking(_ visit: SiteVisit, _ guest: Account, problem: Localized?) async throws -> Response {
        guard let id = visit.id,
            let reservation = try await domains.call(ReservationsInterface.self, { try await $0.find(id, of: guest) }),
            let (details, room) = try await room(reservation.roomTypeID, of: reservation.hotelID)
        else { return visit.notFound() }
        return visit.show(
            BookingPage(reservation: reservation, details: details, room: room, problem: problem),
            status: problem == nil ? .ok : .conflict
        )
    }

    private func room(_ id: Identifier, of hotel: Identifier) async throws -> (HotelDetails, RoomType)? {
        let details = try await domains.call(CatalogInterface.self) { try await $0.hotel(hotel) }
        return details.flatMap { details in
            details.rooms.first { $0.id == id }.map { (details, $0) }
        }
    }
}
