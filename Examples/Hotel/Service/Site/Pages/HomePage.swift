/// The start page: the search form and the cities.
struct HomePage: Page {
    let cities: [CityListing]

    private static let featured = ["seoul", "kyoto", "busan", "paris", "tokyo", "jeju", "lisbon", "new-york"]

    func title(_ language: Language) -> String { language[.slogan] }

    func body(_ site: SiteContext) -> HTML {
        var query = HotelQuery()
        query.guests = 2
        return """
            <section class="hero">\(Scenery(of: "namu", in: "namu").skyline)<div class="wide">
            <h1>\(site[.slogan])</h1><p>\(site[.invitation])</p>
            \(SearchForm(query: query, days: StayParameters(), cities: cities).html(site))
            </div></section>
            <section class="wide"><h2>\(site[.popularCities])</h2>
            <ul class="cities">\(featured.map { card($0, site) })</ul></section>
            <section class="wide"><h2>\(site[.allCities])</h2>
            <ul class="names">\(sorted(site.language).map { name($0, site) })</ul></section>
            """
    }

    private var featured: [CityListing] {
        Self.featured.compactMap { id in cities.first { $0.city.id == id } }
    }

    private func sorted(_ language: Language) -> [CityListing] {
        cities.sorted { $0.city.name[language] < $1.city.name[language] }
    }

    private func card(_ listing: CityListing, _ site: SiteContext) -> HTML {
        """
        <li><a class="city" href="\(site.link("/hotels?city=\(listing.city.id)"))">
        \(Scenery(of: listing.city.id, in: listing.city.id).svg)
        <span><strong>\(listing.city.name[site.language])</strong> \(site[.hotels(listing.hotels)])</span></a></li>
        """
    }

    private func name(_ listing: CityListing, _ site: SiteContext) -> HTML {
        """
        <li><a href="\(site.link("/hotels?city=\(listing.city.id)"))">\(listing.city.name[site.language])</a> \
        <small>\(listing.hotels)</small></li>
        """
    }
}
