import PandoDatabase

extension SearchTables {
    /// A row found: the hit, and the key by which a page goes on after it.
    private struct Found {
        let hit: SearchHit
        let key: SearchCursor.Key
    }

    /// Runs a query.
    ///
    /// Pages go on by the sort key and the id of the last hit, never by a count of rows, and the key of a document depends on it and
    /// the query alone. Documents without a value to sort by form a segment of their own after the others.
    func search(_ plan: SearchPlan, in tx: ReadTransaction) async throws -> SearchPage {
        if plan.findsNothing { return SearchPage(hits: [], next: nil, count: count(0, of: plan)) }
        var found: [Found] = []
        for segment in segments(plan) where found.count <= plan.query.limit {
            found += try await rows(segment, plan, limit: plan.query.limit + 1 - found.count, in: tx)
        }
        let page = found.prefix(plan.query.limit)
        let next =
            try found.count > page.count
            ? page.last.map { try SearchCursor(key: $0.key, id: $0.hit.id).encoded(for: plan.query, index: plan.index) }
            : nil
        return SearchPage(hits: page.map(\.hit), next: next, count: try await count(plan, in: tx))
    }

    /// A stretch of the order that one statement can walk along an index.
    private enum Segment {
        case relevance
        case present(SearchField, ascending: Bool)
        case missing(SearchField)
    }

    /// The segments from the cursor on.
    private func segments(_ plan: SearchPlan) -> [Segment] {
        guard let field = plan.sortField else { return [.relevance] }
        let missing = Segment.missing(field)
        if plan.cursor?.key == .missing { return [missing] }
        if case .ascending = plan.query.sort { return [.present(field, ascending: true), missing] }
        return [.present(field, ascending: false), missing]
    }

    private func rows(_ segment: Segment, _ plan: SearchPlan, limit: Int, in tx: ReadTransaction) async throws
        -> [Found]
    {
        switch segment {
        case .relevance: try await relevantRows(plan, limit: limit, in: tx)
        case .present(let field, let ascending): try await sortedRows(field, ascending, plan, limit: limit, in: tx)
        case .missing(let field): try await missingRows(field, plan, limit: limit, in: tx)
        }
    }

    // MARK: Order

    private func relevantRows(_ plan: SearchPlan, limit: Int, in tx: ReadTransaction) async throws -> [Found] {
        guard !plan.terms.runs.isEmpty else {
            let after: SQL = plan.cursor.map { "AND d.id > \($0.id)" } ?? ""
            return try await rows("0, d.length", "", plan, "\(after) ORDER BY d.id LIMIT \(limit)", .relevance, in: tx)
        }
        var after: SQL = ""
        if let cursor = plan.cursor, case .relevance(let tier, let length) = cursor.key {
            after = "AND (m.tier, d.length, d.id) > (\(tier), \(length), \(cursor.id))"
        }
        let order: SQL = "\(after) ORDER BY m.tier, d.length, d.id LIMIT \(limit)"
        let join: SQL = "JOIN (\(tiers(plan))) AS m ON m.number = d.number"
        return try await rows("m.tier, d.length", join, plan, order, .relevance, in: tx)
    }

    /// For each document that has all terms, the closest tier in which it has them; see ``SearchSort/relevance``.
    private func tiers(_ plan: SearchPlan) -> SQL {
        let places = schema.textTiers.flatMap { fields in SearchTerms.Reading.allCases.map { (fields, $0) } }
        let selects: [SQL] = places.enumerated().map { tier, place in
            let matches = text.matches(plan.terms.runs, place.1, in: place.0)
            return "SELECT number, \(raw: String(tier)) AS tier FROM (\(matches)) AS t\(raw: String(tier))"
        }
        return "SELECT number, min(tier) AS tier FROM (\(selects.joined(by: " UNION ALL "))) AS places GROUP BY number"
    }

    private func sortedRows(
        _ field: SearchField,
        _ ascending: Bool,
        _ plan: SearchPlan,
        limit: Int,
        in tx: ReadTransaction
    ) async throws -> [Found] {
        let column = "d.\(field.column)"
        var after: SQL = ""
        if let cursor = plan.cursor {
            after = "AND (\(raw: column), d.id) \(raw: ascending ? ">" : "<") (\(cursor.key.columnValue), \(cursor.id))"
        }
        let direction = ascending ? "ASC" : "DESC"
        let order: SQL = """
            AND \(raw: column) IS NOT NULL \(after) ORDER BY \(raw: column) \(raw: direction), d.id \(raw: direction) LIMIT \(limit)
            """
        return try await rows("\(raw: column), 0", "", plan, order, field.kind == .number ? .number : .text, in: tx)
    }

    private func missingRows(
        _ field: SearchField,
        _ plan: SearchPlan,
        limit: Int,
        in tx: ReadTransaction
    ) async throws -> [Found] {
        let after: SQL = plan.cursor.map { $0.key == .missing ? "AND d.id > \($0.id)" : "" } ?? ""
        let order: SQL = "AND d.\(raw: field.column) IS NULL \(after) ORDER BY d.id LIMIT \(limit)"
        return try await rows("0, 0", "", plan, order, .missing, in: tx)
    }

    // MARK: Statements

    /// How a row's two key columns are read.
    private enum KeyKind { case relevance, text, number, missing }

    private func rows(
        _ key: SQL,
        _ join: SQL,
        _ plan: SearchPlan,
        _ rest: SQL,
        _ kind: KeyKind,
        in tx: ReadTransaction
    ) async throws -> [Found] {
        // The tiers of a relevance search have matched the text already.
        let text = kind == .relevance ? "" as SQL : textCondition(plan)
        return try await tx.system.rows(
            "SELECT d.id, d.stored, \(key) FROM \(raw: documents) AS d \(join) WHERE true\(text)\(filters(plan)) \(rest)"
        ) { row in
            let key: SearchCursor.Key =
                switch kind {
                case .relevance: .relevance(tier: try row.get(2), length: try row.get(3))
                case .text: .text(try row.get(2))
                case .number: .number(try row.get(2))
                case .missing: .missing
                }
            return Found(hit: SearchHit(id: try row.get(0), stored: try row.get(1)), key: key)
        }
    }

    private func textCondition(_ plan: SearchPlan) -> SQL {
        guard !plan.terms.runs.isEmpty else { return "" }
        return " AND d.number IN (\(text.matches(plan.terms.runs, .loose, in: schema.texts)))"
    }

    private func filters(_ plan: SearchPlan) -> SQL {
        plan.query.filters.map { " AND \(condition($0))" as SQL }.joined(by: "")
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

    // MARK: Count

    private func count(_ plan: SearchPlan, in tx: ReadTransaction) async throws -> BoundedCount? {
        guard plan.query.countUpTo > 0 else { return nil }
        let number: Int? = try await tx.system.first(
            """
            SELECT count(*) FROM (SELECT 1 FROM \(raw: documents) AS d
            WHERE true\(textCondition(plan))\(filters(plan)) LIMIT \(plan.query.countUpTo + 1)) AS found
            """
        )
        return count(number ?? 0, of: plan)
    }

    private func count(_ number: Int, of plan: SearchPlan) -> BoundedCount? {
        guard plan.query.countUpTo > 0 else { return nil }
        return BoundedCount(value: min(number, plan.query.countUpTo), isExact: number <= plan.query.countUpTo)
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

extension SearchCursor.Key {
    fileprivate var columnValue: SearchColumnValue {
        switch self {
        case .text(let text): SearchColumnValue(text: text)
        case .number(let number): SearchColumnValue(number: number)
        case .relevance, .missing: SearchColumnValue()
        }
    }
}
