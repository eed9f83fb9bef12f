import PandoDatabase

/// Months of nights, each with the price of its cheapest free room.
struct AvailabilityCalendar {
    /// The cheapest free room of every night on sale; nil on a night that is sold out.
    private let nights: [LocalDate: Money?]

    init(_ rooms: [RoomAvailability]) {
        nights = rooms.flatMap(\.nights).reduce(into: [:]) { nights, night in
            let known = nights[night.date] ?? nil
            guard night.free > 0 else { return nights[night.date] = .some(known) }
            nights[night.date] = .some(
                known.map { $0.minorUnits <= night.price.minorUnits ? $0 : night.price } ?? night.price
            )
        }
    }

    func html(_ site: SiteContext) -> HTML {
        let months = Set(nights.keys.map(\.firstOfMonth)).sorted()
        return "<div class=\"months\">\(months.map { month($0, site) })</div>"
    }

    private func month(_ first: LocalDate, _ site: SiteContext) -> HTML {
        let start = first - (first.isoWeekday - 1)
        let weeks = stride(from: start, to: first.firstOfNextMonth, by: 7)
        return """
            <table class="month"><caption>\(site.language.monthAndYear(first))</caption>
            <thead><tr>\(site.language.weekdays.map { "<th scope=\"col\">\($0)</th>" })</tr></thead>
            <tbody>\(weeks.map { week($0, of: first, site) })</tbody></table>
            """
    }

    private func week(_ monday: LocalDate, of first: LocalDate, _ site: SiteContext) -> HTML {
        "<tr>\((monday..<monday + 7).map { $0.firstOfMonth == first ? day($0, site) : "<td></td>" })</tr>"
    }

    private func day(_ day: LocalDate, _ site: SiteContext) -> HTML {
        let number = day.components.day
        guard let night = nights[day] else { return "<td class=\"past\">\(number)</td>" }
        guard let price = night else {
            return "<td class=\"full\"><span>\(number)</span><small>\(site[.soldOut])</small></td>"
        }
        return "<td class=\"open\"><span>\(number)</span><small>\(site.language.compact(price))</small></td>"
    }
}

extension LocalDate {
    /// The first day of this day's month.
    var firstOfMonth: LocalDate { self - (components.day - 1) }

    /// The first day of the month after this day's.
    var firstOfNextMonth: LocalDate { (firstOfMonth + 31).firstOfMonth }
}
