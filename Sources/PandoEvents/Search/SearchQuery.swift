/// What is looked for.
///
/// ```swift
/// SearchQuery("서울 호텔", filters: [.equals("city", "Seoul"), .range("price", through: 200_000)], sort:
/// .ascending("price"))
/// ```
public struct SearchQuery: Sendable {
    /// What the person typed. Every character counts as text: no operators, no quotes. Blank text restricts nothing;
    /// text without a letter or digit finds nothing. Up to 256 characters and 16 words.
    public var text: String
    /// What a document must meet besides, all of it. Up to ``maximumFilters``.
    public var filters: [SearchFilter]
    /// The order of the hits.
    public var sort: SearchSort
    /// Hits on a page, 1 to ``maximumLimit``.
    public var limit: Int
    /// The page to go on from: ``SearchPage/next`` of an earlier one, asked for with the same text, filters and sort.
    public var cursor: String?
    /// How far hits are counted, 0 to ``maximumCount``; 0 counts none and costs nothing.
    public var countUpTo: Int

    /// Most hits on a page.
    public static let maximumLimit = 200
    /// Most filters of a query, and most values of one filter.
    public static let maximumFilters = 400
    /// Furthest that hits are counted.
    public static let maximumCount = 10_000

    /// Makes a query; everything has a default.
    public init(
        _ text: String = "",
        filters: [SearchFilter] = [],
        sort: SearchSort = .relevance,
        limit: Int = 20,
        cursor: String? = nil,
        countUpTo: Int = 1000
    ) {
        self.text = text
        self.filters = filters
        self.sort = sort
        self.limit = limit
        self.cursor = cursor
        self.countUpTo = countUpTo
    }
}

/// The order of the hits. Equal hits follow each other by id, so that every order is total.
public enum SearchSort: Sendable, Hashable {
    /// The closest first.
    ///
    /// Closeness depends on the query and the document alone, never on the other documents, so that pages stay stable
    /// while others come and go. First come documents that have all words in the heaviest text, as they were typed;
    /// then those that have them there by a beginning or without a particle; then the same with the next lighter texts
    /// added, and so on. Among equals the one with fewer words in its heaviest text is closer. Without text all
    /// documents are equally close.
    case relevance
    /// By a keyword or number, smallest first; documents without one come last.
    case ascending(String)
    /// By a keyword or number, greatest first; documents without one come last.
    case descending(String)
}

/// What a document must meet besides the text.
public struct SearchFilter: Sendable, Hashable {
    enum Condition: Sendable, Hashable {
        case anyOf([SearchValue])
        case allOf([String])
        case range(from: SearchValue?, through: SearchValue?)
    }

    let field: String
    let condition: Condition

    /// The keyword or number is `value`; or `value` is among the tags.
    public static func equals(_ field: String, _ value: SearchValue) -> SearchFilter {
        SearchFilter(field: field, condition: .anyOf([value]))
    }

    /// The keyword, number or one of the tags is among `values`. No values match nothing.
    public static func anyOf(_ field: String, _ values: [SearchValue]) -> SearchFilter {
        SearchFilter(field: field, condition: .anyOf(values))
    }

    /// All of `values` are among the tags. No values match everything.
    public static func allOf(_ field: String, _ values: [String]) -> SearchFilter {
        SearchFilter(field: field, condition: .allOf(values))
    }

    /// The keyword or number is at least `from` and at most `through`; `nil` leaves that end open. Documents without a
    /// value do not match.
    public static func range(_ field: String, from: SearchValue? = nil, through: SearchValue? = nil) -> SearchFilter {
        SearchFilter(field: field, condition: .range(from: from, through: through))
    }
}
