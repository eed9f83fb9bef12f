/// What a search found.
struct ResultsPage: Page {
    /// What was looked for, without dates that cannot be.
    let query: HotelQuery
    let stay: StayChoice
    let page: HotelResults
    let cities: [CityListing]

    func title(_ language: Language) -> String {
        city?.name[language] ?? (query.words.isEmpty ? language[.results] : query.words)
    }

    func body(_ site: SiteContext) -> HTML {
        """
        <div class="bar"><div class="wide">\(SearchForm(query: query, days: stay.entered, cities: cities).html(site))</div></div>
        <div class="wide results">
        <div class="heading"><div><h1>\(title(site.language))</h1>\(found(site))</div>\(sorting(site))</div>
        \(HTML.when(stay.isBad, "<p class=\"notice\" role=\"alert\">\(site[.badDates])</p>"))
        \(page.items.isEmpty ? empty(site) : list(site))
        </div>
        """
    }

    private var city: City? { cities.first { $0.city.id == query.cityID }?.city }

    /// How many hotels there are; a search that has more pages knows only that there are at least these.
    private func found(_ site: SiteContext) -> HTML? {
        guard query.cursor == nil, !page.items.isEmpty else { return nil }
        let count = page.items.count
        return "<p class=\"hint\">\(site[page.next == nil ? .hotels(count) : .hotelsAtLeast(count)])</p>"
    }

    private func list(_ site: SiteContext) -> HTML {
        """
        <ol class="hotels">\(page.items.map { HotelCard(hotel: $0, query: query).html(site) })</ol>
        \(page.next.map { next($0, site) })
        """
    }

    private func next(_ cursor: String, _ site: SiteContext) -> HTML {
        var query = query
        query.cursor = cursor
        return """
            <p class="more"><a class="button outline" rel="next" href="\(site.link("/hotels" + query.queryString))">\
            \(site[.more])</a></p>
            """
    }

    private func empty(_ site: SiteContext) -> HTML {
        "<div class=\"empty\"><h2>\(site[.nothingFound])</h2><p>\(site[.nothingFoundAdvice])</p></div>"
    }

    private func sorting(_ site: SiteContext) -> HTML {
        """
        <nav class="sort" aria-label="\(site[.sortBy])">\(HotelQuery.Sort.allCases.map { sortLink($0, site) })</nav>
        """
    }

    private func sortLink(_ sort: HotelQuery.Sort, _ site: SiteContext) -> HTML {
        var query = query
        query.sort = sort
        query.cursor = nil
        let current: HTML = sort == self.query.sort ? " aria-current=\"true\"" : ""
        return "<a href=\"\(site.link("/hotels" + query.queryString))\"\(current)>\(site[sort.title])</a>"
    }
}

extension HotelQuery.Sort {
    fileprivate var title: Localized {
        switch self {
        case .recommended: .sortRecommended
        case .price: .sortPrice
        case .score: .sortScore
        }
    }
}
