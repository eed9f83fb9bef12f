import PandoDatabase

extension SearchTables {
    /// The filters as conditions on the documents `d`, each with an AND before it.
    func conditions(_ filters: [SearchFilter]) -> SQL {
        filters.map { "AND \(condition($0))" as SQL }.joined(by: " ")
    }

    private func condition(_ filter: SearchFilter) -> SQL {
        let column = "d.f_\(filter.field)"
        switch filter.condition {
        case .anyOf(let values) where schema[filter.field]?.kind == .tags:
            return """
                EXISTS (SELECT 1 FROM \(raw: tags) AS t WHERE t.number = d.number AND t.field = \(filter.field)
                    AND t.tag IN \(values.map(\.bound)))
                """
        case .anyOf(let values):
            return "\(raw: column) IN \(values.map(\.bound))"
        case .allOf(let values):
            let distinct = Set(values).sorted()
            return """
                (SELECT count(*) FROM \(raw: tags) AS t WHERE t.number = d.number AND t.field = \(filter.field)
                    AND t.tag IN \(distinct)) = \(distinct.count)
                """
        case .range(let from, let through):
            let lower: SQL = from.map { " AND \(raw: column) >= \($0.bound)" } ?? ""
            let upper: SQL = through.map { " AND \(raw: column) <= \($0.bound)" } ?? ""
            return "\(raw: column) IS NOT NULL\(lower)\(upper)"
        }
    }
}

extension SearchValue {
    fileprivate var bound: SearchColumnValue {
        switch self {
        case .text(let text): SearchColumnValue(text: text)
        case .number(let number): SearchColumnValue(number: number)
        case .list: preconditionFailure("a list was compared, which the plan refuses")
        }
    }
}
