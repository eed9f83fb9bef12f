import PandoDatabase

/// A hotel in a list of results.
struct HotelCard {
    let hotel: HotelListing
    let query: HotelQuery

    /// Fewer free rooms than this are worth a warning.
    static let scarce = 4

    func html(_ site: SiteContext) -> HTML {
        let name = HotelName(hotel.name, local: hotel.localName, in: site.language)
        return """
            <li><a class="hotel" href="\(site.link("/hotels/\(hotel.id)" + query.stayQueryString))">
            \(Scenery(of: hotel.id.description, in: hotel.cityID).svg)
            <div class="what">
            <h2>\(name.first)</h2>\(name.subtitle)
            <p class="place">\(Icon.pin.html)\(hotel.district[site.language]), \(hotel.city[site.language])</p>
            <p>\(Stars(hotel.stars).html(site))</p>
            </div>
            <div class="worth">
            <p>\(HTML.score(hotel.score)) <small>\(site[.reviews(hotel.reviews)])</small></p>
            \(price(site))
            </div></a></li>
            """
    }

    private func price(_ site: SiteContext) -> HTML {
        guard let offer = hotel.offer else {
            return "<p class=\"price\"><small>\(site[.perNightFrom])</small> \(site.language.format(hotel.price))</p>"
        }
        return """
            <p class="price"><small>\(site[.nights(offer.stay.count)])</small> \(site.language.format(offer.total))</p>
            \(HTML.when(offer.free < Self.scarce, "<p class=\"scarce\">\(site[.roomsLeft(offer.free)])</p>"))
            """
    }
}

/// The class of a hotel.
struct Stars {
    private let count: Int

    init(_ count: Int) { self.count = count }

    func html(_ site: SiteContext) -> HTML {
        """
        <span class="stars" role="img" aria-label="\(site[.stars(count)])">\
        \(Array(repeating: Icon.star.html, count: count))</span>
        """
    }
}

extension HTML {
    /// A guest score out of ten, with one digit after the point.
    static func score(_ tenths: Int) -> HTML { "<span class=\"score\">\(tenths / 10).\(tenths % 10)</span>" }
}
