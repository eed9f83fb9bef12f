import PandoDatabase

extension Language {
    /// An amount as people of this language read it: `₩148,000`, `€152.50`.
    func format(_ money: Money) -> String {
        let fraction = money.minorUnits % money.currency.scale
        let digits = String(fraction)
        let padding = String(repeating: "0", count: max(0, money.currency.minorDigits - digits.count))
        return money.currency.symbol + grouped(money.units) + (fraction == 0 ? "" : "." + padding + digits)
    }

    /// A whole number with a comma between thousands.
    func grouped(_ number: Int) -> String {
        let digits = Array(String(number))
        return digits.indices.reduce(into: "") { text, index in
            if index > 0, (digits.count - index) % 3 == 0, digits[index - 1] != "-" { text.append(",") }
            text.append(digits[index])
        }
    }

    /// A day: `Sat 21 Nov 2026`, `2026년 11월 21일 (토)`.
    func format(_ day: LocalDate) -> String {
        let (year, _, number) = day.components
        return switch self {
        case .english: "\(weekday(day)) \(number) \(month(day).prefix(3)) \(year)"
        case .korean: "\(year)년 \(month(day)) \(number)일 (\(weekday(day)))"
        }
    }

    /// The month and year of a day: `November 2026`, `2026년 11월`.
    func monthAndYear(_ day: LocalDate) -> String {
        switch self {
        case .english: "\(month(day)) \(day.components.year)"
        case .korean: "\(day.components.year)년 \(month(day))"
        }
    }

    /// The short names of the days of the week, Monday first.
    var weekdays: [String] {
        switch self {
        case .english: ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
        case .korean: ["월", "화", "수", "목", "금", "토", "일"]
        }
    }

    private func weekday(_ day: LocalDate) -> String { weekdays[day.isoWeekday - 1] }

    private func month(_ day: LocalDate) -> String {
        let number = day.components.month
        return switch self {
        case .english:
            [
                "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
                "November", "December",
            ][number - 1]
        case .korean: "\(number)월"
        }
    }
}

extension Language {
    /// An amount short enough for a day in a calendar, rounded to the nearest: `148k`, `14.8만`, `152`.
    func compact(_ money: Money) -> String {
        let units = Int((money.minorUnits + money.currency.scale / 2) / money.currency.scale)
        return switch self {
        case .english where units >= 999_500: tenths(units, of: 1_000_000) + "M"
        case .english where units >= 10_000: grouped((units + 500) / 1000) + "k"
        case .korean where units >= 10_000: tenths(units, of: 10_000) + "만"
        case .english, .korean: grouped(units)
        }
    }

    private func tenths(_ number: Int, of unit: Int) -> String {
        let tenths = (number * 10 + unit / 2) / unit
        return tenths % 10 == 0 ? grouped(tenths / 10) : "\(grouped(tenths / 10)).\(tenths % 10)"
    }
}
