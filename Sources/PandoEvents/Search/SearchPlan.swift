import PandoDatabase

/// A query that has been checked against its index: what can be asked, with the cursor read back.
struct SearchPlan: Sendable {
    let query: SearchQuery
    let index: String
    let terms: SearchTerms
    let cursor: SearchCursor?
    /// The field sorted by; `nil` for relevance.
    let sortField: SearchField?

    /// Whether the text can find nothing: it has characters but no letter or digit.
    var findsNothing: Bool { terms.isPresent && terms.runs.isEmpty }

    init(_ query: SearchQuery, index: SearchIndex) throws(EventsError) {
        self.query = query
        self.index = index.name
        guard (1...SearchQuery.maximumLimit).contains(query.limit) else {
            throw Self.invalid("the limit of a page must be 1 to \(SearchQuery.maximumLimit), not \(query.limit)")
        }
        guard (0...SearchQuery.maximumCount).contains(query.countUpTo) else {
            throw Self.invalid("hits can be counted up to \(SearchQuery.maximumCount), not \(query.countUpTo)")
        }
        guard query.filters.count <= SearchQuery.maximumFilters else {
            throw Self.invalid("a search may have \(SearchQuery.maximumFilters) filters, not \(query.filters.count)")
        }
        terms = try SearchTerms(query.text)
        guard terms.runs.isEmpty || !index.schema.texts.isEmpty else {
            throw Self.invalid("index \(index.name) has no text to search in; use filters")
        }
        for filter in query.filters { try Self.check(filter, index) }
        sortField = try Self.sortField(query.sort, index)
        cursor = if let text = query.cursor { try SearchCursor(text, for: query, index: index.name) } else { nil }
        if case .relevance(let tier, _) = cursor?.key, !(0...index.schema.tiers.count).contains(tier) {
            throw EventsError(.invalidCursor, "the cursor belongs to an older index; begin again without one")
        }
    }

    private static func sortField(_ sort: SearchSort, _ index: SearchIndex) throws(EventsError) -> SearchField? {
        switch sort {
        case .relevance: return nil
        case .ascending(let name), .descending(let name):
            guard let field = index.schema[name], field.kind == .keyword || field.kind == .number else {
                throw invalid("index \(index.name) has no keyword or number \"\(name)\" to sort by")
            }
            return field
        }
    }

    private static func check(_ filter: SearchFilter, _ index: SearchIndex) throws(EventsError) {
        guard let field = index.schema[filter.field], field.kind != .text else {
            throw invalid("index \(index.name) has no keyword, number or tags \"\(filter.field)\" to filter by")
        }
        let values: [SearchValue]
        switch filter.condition {
        case .anyOf(let some): values = some
        case .allOf(let all):
            guard field.kind == .tags else { throw invalid("\"\(filter.field)\" of index \(index.name) has no tags") }
            values = all.map { .text($0) }
        case .range(let from, let through):
            guard field.kind != .tags else { throw invalid("\"\(filter.field)\" of index \(index.name) has no range") }
            values = [from, through].compactMap(\.self)
        }
        guard values.count <= SearchQuery.maximumFilters else {
            throw invalid("a filter may have \(SearchQuery.maximumFilters) values, not \(values.count)")
        }
        let kind = field.kind == .tags ? .keyword : field.kind
        for value in values where !value.fits(kind) || value.holdsZero {
            throw invalid("the filter by \"\(filter.field)\" of index \(index.name) takes \(kind.expectation)")
        }
    }

    private static func invalid(_ message: String) -> EventsError { EventsError(.invalidQuery, message) }
}

extension SearchValue {
    /// Whether the value holds U+0000, which no engine stores.
    fileprivate var holdsZero: Bool { if case .text(let text) = self { text.utf8.contains(0) } else { false } }
}
