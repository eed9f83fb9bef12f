import PandoDatabase

/// Which events a projection wants to see.
public struct EventSelection: Sendable, Hashable {
    /// The wanted types by category; `nil` for all types. An empty dictionary means all events.
    private let categories: [String: Set<String>?]

    /// Every event of the store.
    public static let all = EventSelection(categories: [:])

    /// All events of one kind of aggregate.
    public static func events<A: Aggregate>(of type: A.Type) -> EventSelection {
        EventSelection(categories: [A.streamCategory: Set<String>?.none])
    }

    /// The events of one kind of aggregate that are of the named types; see `DomainEvent.eventType`.
    public static func events<A: Aggregate>(of type: A.Type, _ types: Set<String>) -> EventSelection {
        EventSelection(categories: [A.streamCategory: .some(types)])
    }

    /// The events of this selection and of another.
    public func and(_ other: EventSelection) -> EventSelection {
        if categories.isEmpty || other.categories.isEmpty { return .all }
        return EventSelection(
            categories: categories.merging(other.categories) { mine, theirs in
                guard let mine, let theirs else { return nil }
                return mine.union(theirs)
            }
        )
    }

    /// The part of a statement's WHERE that picks the events.
    var condition: SQL {
        guard !categories.isEmpty else { return "" }
        let parts: [SQL] = categories.sorted { $0.key < $1.key }.map { category, types in
            guard let types else { return "category = \(category)" }
            return "(category = \(category) AND type IN \(types.sorted()))"
        }
        return "AND (\(parts.joined(by: " OR ")))"
    }
}

extension [SQL] {
    /// The statements one after the other with `separator`, the programmer's own text, in between.
    func joined(by separator: String) -> SQL {
        dropFirst().reduce(first ?? "") { "\($0)\(raw: separator)\($1)" }
    }
}
