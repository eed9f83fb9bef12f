import PandoDatabase

/// What is booked, as a list of terms.
struct BookingSummary {
    let details: HotelDetails
    let room: RoomType
    let stay: Stay
    let guests: Int
    let total: Money

    func html(_ site: SiteContext) -> HTML {
        let name = HotelName(details.hotel, in: site.language)
        return """
            <div class="summary">\(Scenery(of: details.hotel.id.description, in: details.hotel.cityID).svg)
            <div><h2>\(name.first)</h2>\(name.subtitle)
            <p class="place">\(Icon.pin.html)\(details.hotel.district[site.language]), \(details.city.name[site.language])</p></div></div>
            <dl class="terms">
            <dt>\(site[.room])</dt><dd>\(site[room.kind.title]), \(site[.guests(guests)])</dd>
            <dt>\(site[.arrival])</dt><dd>\(site.day(stay.from))</dd>
            <dt>\(site[.departure])</dt><dd>\(site.day(stay.to))</dd>
            <dt>\(site[.total])</dt><dd class="price"><small>\(site[.nights(stay.count)])</small> \(site.language.format(total))</dd>
            </dl>
            """
    }
}
