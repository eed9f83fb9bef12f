public import PandoDatabase

/// A value of a document's field, and of a filter.
public enum SearchValue: Sendable, Hashable {
    /// For texts and keywords.
    case text(String)
    /// For numbers; finite.
    case number(Double)
    /// For tags.
    case list([String])
}

extension SearchValue: ExpressibleByStringLiteral, ExpressibleByStringInterpolation, ExpressibleByIntegerLiteral,
    ExpressibleByFloatLiteral, ExpressibleByArrayLiteral
{
    /// A text.
    public init(stringLiteral value: String) { self = .text(value) }
    /// A number.
    public init(integerLiteral value: Int) { self = .number(Double(value)) }
    /// A number.
    public init(floatLiteral value: Double) { self = .number(value) }
    /// Tags.
    public init(arrayLiteral elements: String...) { self = .list(elements) }

    /// A number that is exact up to 2⁵³.
    public static func number(_ value: some BinaryInteger) -> SearchValue { .number(Double(value)) }
    /// A day, in its ISO form, which sorts as the days do.
    public static func date(_ value: LocalDate) -> SearchValue { .text(value.description) }
    /// Days, as tags.
    public static func dates(_ values: some Sequence<LocalDate>) -> SearchValue { .list(values.map(\.description)) }
}

extension SearchValue {
    /// Whether a field of this kind can hold the value.
    func fits(_ kind: SearchField.Kind) -> Bool {
        switch (self, kind) {
        case (.text, .text), (.text, .keyword), (.list, .tags): true
        case (.number(let value), .number): value.isFinite
        case (.text, _), (.number, _), (.list, _): false
        }
    }
}

extension SearchField.Kind {
    /// What the kind holds, for messages.
    var expectation: String {
        switch self {
        case .text, .keyword: "a text"
        case .number: "a finite number"
        case .tags: "a list of texts"
        }
    }
}
