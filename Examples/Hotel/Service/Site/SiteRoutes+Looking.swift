import Hummingbird
import Pando
import PandoDatabase
import PandoDomains

extension SiteRoutes {
    /// The start page.
    func home(_ visit: SiteVisit) async throws -> Response {
        visit.show(HomePage(cities: try await cities()))
    }

    /// What a search finds. Dates that cannot be are left out of it, and the page says so.
    func results(_ visit: SiteVisit) async throws -> Response {
        var parameters = try visit.query(SearchParameters.self)
        let stay = StayChoice(parameters.days, today: visit.site.today)
        if stay.isBad { (parameters.from, parameters.to) = (nil, nil) }
        let query = try parameters.query()
        let found = try await domains.call(CatalogInterface.self) { try await $0.search(query) }
        return visit.show(ResultsPage(query: query, stay: stay, page: found, cities: try await cities()))
    }

    /// A hotel, its rooms for the dates chosen and its calendar.
    func hotel(_ visit: SiteVisit) async throws -> Response {
        let parameters = try visit.query(SearchParameters.self)
        guard let id = visit.id,
            let details = try await domains.call(CatalogInterface.self, { try await $0.hotel(id) })
        else { return visit.notFound() }
        let stay = StayChoice(parameters.days, today: visit.site.today)
        let first = max(visit.site.today, stay.value?.from.firstOfMonth ?? visit.site.today)
        let (availability, offers) = try await domains.call(InventoryInterface.self) { inventory in
            let months = try await inventory.availability(
                of: id,
                from: first,
                to: first.firstOfNextMonth.firstOfNextMonth
            )
            guard let stay = stay.value else { return (months, [Offer]()) }
            return (months, try await inventory.offers(of: [id], for: stay))
        }
        return visit.show(
            HotelPage(
                details: details,
                stay: stay,
                guests: parameters.guests.flatMap { Int($0) } ?? 2,
                offers: offers,
                availability: availability
            )
        )
    }

    private func cities() async throws -> [CityListing] {
        try await domains.call(CatalogInterface.self) { try await $0.cities() }
    }
}
