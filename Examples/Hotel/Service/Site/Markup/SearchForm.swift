import PandoDatabase

/// The form that looks for hotels; works as a plain GET form.
struct SearchForm {
    let query: HotelQuery
    let days: StayParameters
    let cities: [CityListing]

    func html(_ site: SiteContext) -> HTML {
        """
        <form class="search" action="\(site.link("/hotels"))" method="get" role="search">
        <label class="grow">\(site[.where_])<input type="search" name="q" value="\(place(site.language))" maxlength="100" \
        placeholder="\(site[.wherePlaceholder])" list="places" autocomplete="off"></label>
        <datalist id="places">\(cities.map { "<option value=\"\($0.city.name[site.language])\">" })</datalist>
        \(StayFields(days: days, guests: query.guests).html(site))
        <button class="button">\(Icon.search.html)<span>\(site[.search])</span></button>
        </form>
        """
    }

    /// What stands in the field: the words, or the name of the city that was chosen without words.
    private func place(_ language: Language) -> String {
        guard query.words.isEmpty else { return query.words }
        return cities.first { $0.city.id == query.cityID }?.city.name[language] ?? ""
    }
}

/// The fields for arrival, departure and the number of guests.
struct StayFields {
    /// What the fields hold at first.
    let days: StayParameters
    let guests: Int

    func html(_ site: SiteContext) -> HTML {
        """
        <label>\(site[.arrival])<input type="date" name="from" value="\(days.from ?? "")" \
        min="\(site.today)" max="\(site.today + DemoData.horizon - 1)"></label>
        <label>\(site[.departure])<input type="date" name="to" value="\(days.to ?? "")" \
        min="\(site.today + 1)" max="\(site.today + DemoData.horizon)"></label>
        <label>\(site[.guests])<select name="guests">\((1...HotelQuery.mostGuests).map { option($0, site) })</select></label>
        """
    }

    private func option(_ count: Int, _ site: SiteContext) -> HTML {
        "<option value=\"\(count)\"\(HTML.when(count == guests, " selected"))>\(site[.guests(count)])</option>"
    }
}
