import PandoDatabase

/// One hotel: what it is like, its rooms and prices for the dates chosen, and a calendar of free nights.
struct HotelPage: Page {
    let details: HotelDetails
    let stay: StayChoice
    let guests: Int
    /// What each room type costs for the stay; empty where no dates are chosen.
    let offers: [Offer]
    /// Night by night, for the calendar.
    let availability: [RoomAvailability]

    private var hotel: Hotel { details.hotel }

    func title(_ language: Language) -> String { HotelName(hotel, in: language).first }

    func body(_ site: SiteContext) -> HTML {
        """
        <article>
        <section class="hero low">\(Scenery(of: hotel.id.description, in: hotel.cityID).wide)</section>
        <div class="wide detail">
        \(heading(site))
        <section class="rooms" id="rooms"><h2>\(site[.rooms])</h2>
        \(HTML.when(stay.isBad, "<p class=\"notice\" role=\"alert\">\(site[.badDates])</p>"))
        <form class="search" action="\(site.link("/hotels/\(hotel.id)#rooms"))" method="get">
        \(StayFields(days: stay.entered, guests: guests).html(site))
        <button class="button">\(site[.showPrices])</button></form>
        \(HTML.when(stay.value == nil && !stay.isBad, "<p class=\"hint\">\(site[.chooseDates])</p>"))
        <ul class="roomlist">\(details.rooms.map { room($0, site) })</ul></section>
        <section><h2>\(site[.calendar])</h2><p class="hint">\(site[.calendarNote])</p>
        \(AvailabilityCalendar(availability).html(site))</section>
        </div></article>
        """
    }

    private func heading(_ site: SiteContext) -> HTML {
        """
        <header class="hotelhead">
        <div><h1>\(title(site.language))</h1>\(HotelName(hotel, in: site.language).subtitle)
        <p class="place">\(Icon.pin.html)\(hotel.district[site.language]), \(details.city.name[site.language]) \(Stars(hotel.stars).html(site))</p>
        <p class="lead">\(hotel.description[site.language])</p>
        <ul class="chips" aria-label="\(site[.amenities])">\(hotel.amenities.map { "<li>\(site[$0.title])</li>" })</ul></div>
        <p class="verdict">\(HTML.score(hotel.score)) <small>\(site[.reviews(hotel.reviews)])</small></p>
        </header>
        """
    }

    private func room(_ room: RoomType, _ site: SiteContext) -> HTML {
        """
        <li class="room"><div><h3>\(site[room.kind.title])</h3>
        <p class="facts">\(Icon.people.html)\(site[.upToGuests(room.guests)]) · \(room.kind.squareMetres) m²</p></div>
        \(terms(room, site))</li>
        """
    }

    private func terms(_ room: RoomType, _ site: SiteContext) -> HTML {
        guard let offer = offers.first(where: { $0.roomTypeID == room.id }) else {
            return """
                <p class="price"><small>\(site[.perNightFrom])</small> \(site.language.format(room.basePrice))</p>
                """
        }
        guard room.guests >= guests else { return "<p class=\"unfit\">\(site[.tooManyGuests])</p>" }
        guard offer.free > 0 else { return "<p class=\"unfit\">\(site[.soldOut])</p>" }
        return """
            <div class="deal"><p class="price"><small>\(site[.nights(offer.stay.count)])</small> \
            \(site.language.format(offer.total))</p>
            \(HTML.when(offer.free < HotelCard.scarce, "<p class=\"scarce\">\(site[.roomsLeft(offer.free)])</p>"))
            <a class="button" href="\(site.link("/book" + query(offer)))">\(site[.reserve])</a></div>
            """
    }

    private func query(_ offer: Offer) -> String {
        QueryString([
            ("hotel", hotel.id.description), ("room", offer.roomTypeID.description),
            ("from", offer.stay.from.description), ("to", offer.stay.to.description), ("guests", String(guests)),
        ]).description
    }
}
