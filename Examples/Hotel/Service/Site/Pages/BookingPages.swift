import PandoDatabase

/// The last look before a booking is made.
struct ReviewPage: Page {
    let details: HotelDetails
    let room: RoomType
    let offer: Offer
    let guests: Int
    /// Names this attempt, so that sending the form twice books once.
    let key: Identifier

    func title(_ language: Language) -> String { language[.review] }

    func body(_ site: SiteContext) -> HTML {
        """
        <section class="card"><h1>\(site[.review])</h1>
        \(BookingSummary(details: details, room: room, stay: offer.stay, guests: guests, total: offer.total).html(site))
        <p class="hint">\(site[.payAtHotel])</p>
        <form class="stack" method="post" action="\(site.link("/bookings"))" data-once>
        \([
            ("key", key.description), ("hotel", details.hotel.id.description), ("room", room.id.description),
            ("from", offer.stay.from.description), ("to", offer.stay.to.description), ("guests", String(guests)),
        ].map { "<input type=\"hidden\" name=\"\($0.0)\" value=\"\($0.1)\">" })
        <button class="button">\(site[.confirmBooking])</button></form></section>
        """
    }
}

/// One booking, right after it was made and later.
struct BookingPage: Page {
    let reservation: Reservation
    let details: HotelDetails
    let room: RoomType
    var problem: Localized?

    func title(_ language: Language) -> String { "\(language[.bookingCode]) \(reservation.code)" }

    func body(_ site: SiteContext) -> HTML {
        let isConfirmed = reservation.status == .confirmed
        return """
            <section class="card">
            \(problem.map { "<p class=\"notice\" role=\"alert\">\(site[$0])</p>" })
            <p class="seal\(HTML.when(!isConfirmed, " off"))">\((isConfirmed ? Icon.check : .cross).html)</p>
            <h1>\(site[isConfirmed ? .bookingConfirmed : .bookingCancelled])</h1>
            <p class="code">\(site[.bookingCode]) <strong>\(reservation.code)</strong></p>
            \(summary.html(site))
            \(HTML.when(isConfirmed, "<p class=\"hint\">\(site[.confirmationSent]) \(site.account?.email ?? "")</p>"))
            <div class="actions"><a class="button outline" href="\(site.link("/bookings"))">\(site[.myBookings])</a>
            \(HTML.when(isConfirmed && site.today < reservation.stay.from, cancelForm(site)))</div></section>
            """
    }

    private var summary: BookingSummary {
        BookingSummary(
            details: details,
            room: room,
            stay: reservation.stay,
            guests: reservation.guests,
            total: reservation.total
        )
    }

    /// Asks before it cancels; opening the question needs no JavaScript.
    private func cancelForm(_ site: SiteContext) -> HTML {
        """
        <details class="question"><summary class="button danger">\(site[.cancelBooking])</summary>
        <form method="post" action="\(site.link("/bookings/\(reservation.id)/cancel"))">
        <p>\(site[.cancelQuestion])</p>
        <button class="button danger">\(site[.cancelForSure])</button></form></details>
        """
    }
}

/// Every booking of the person logged in, the next arrival first.
struct BookingsPage: Page {
    /// A booking with the name of its hotel.
    struct Item: Sendable {
        let reservation: Reservation
        let hotel: Hotel
        let city: City
    }

    let items: [Item]

    func title(_ language: Language) -> String { language[.myBookings] }

    func body(_ site: SiteContext) -> HTML {
        """
        <section class="wide"><h1>\(site[.myBookings])</h1>
        \(items.isEmpty ? empty(site) : "<ul class=\"hotels\">\(items.map { row($0, site) })</ul>")</section>
        """
    }

    private func row(_ item: Item, _ site: SiteContext) -> HTML {
        let stay = item.reservation.stay
        let isConfirmed = item.reservation.status == .confirmed
        return """
            <li><a class="hotel\(HTML.when(!isConfirmed, " faded"))" \
            href="\(site.link("/bookings/\(item.reservation.id)"))">
            \(Scenery(of: item.hotel.id.description, in: item.hotel.cityID).svg)
            <div class="what"><h2>\(HotelName(item.hotel, in: site.language).first)</h2>
            <p class="place">\(Icon.pin.html)\(item.city.name[site.language])</p>
            <p>\(site.day(stay.from))&nbsp;– \(site.day(stay.to))</p></div>
            <div class="worth"><p><span class="badge\(HTML.when(!isConfirmed, " off"))">\
            \(site[isConfirmed ? .confirmed : .cancelled])</span></p>
            <p class="price"><small>\(site[.nights(stay.count)])</small> \(site.language.format(item.reservation.total))</p>
            </div></a></li>
            """
    }

    private func empty(_ site: SiteContext) -> HTML {
        """
        <div class="empty"><h2>\(site[.noBookings])</h2><p>\(site[.noBookingsAdvice])</p>
        <p><a class="button" href="\(site.link(""))">\(site[.findHotel])</a></p></div>
        """
    }
}
