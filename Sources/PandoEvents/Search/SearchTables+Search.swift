import PandoDatabase

extension SearchTables {
    /// A row found: the hit, and the key by which a page goes on after it.
    private struct Found {
        let hit: SearchHit
        let key: SearchCursor.Key
    }

    /// Runs a query.
    ///
    /// Pages go on by the sort key and the id of the last hit, never by a count of rows, and the key of a document
    /// depends on it and the query alone. The order is cut into segments that a statement each can walk: the tiers of
    /// closeness, or the documents with a value to sort by and those without. A page asks for as many segments as it
    /// needs.
    func search(_ plan: SearchPlan, in tx: ReadTransaction) async throws -> SearchPage {
        if plan.findsNothing { return SearchPage(hits: [], next: nil, count: bounded(0, plan)) }
        try await planByValues(in: tx)
        var found: [Found] = []
        for segment in segments(plan) where found.count <= plan.query.limit {
            found += try await rows(segment, plan, limit: plan.query.limit + 1 - found.count, in: tx)
        }
        let page = found.prefix(plan.query.limit)
        let next =
            try found.count > page.count
            ? page.last.map {
                try SearchCursor(key: $0.key, id: $0.hit.id).encoded(for: plan.query, index: plan.index)
            } : nil
        return SearchPage(hits: page.map(\.hit), next: next, count: try await count(plan, in: tx))
    }

    /// Has PostgreSQL look at the words and values of each search when it chooses how to run it. After some runs of a statement
    /// it would choose one way for all, which is hundreds of times slower for words that many documents have.
    private func planByValues(in tx: ReadTransaction) async throws {
        guard engine == .postgres else { return }
        _ = try await tx.system.first(
            "SELECT set_config('plan_cache_mode', 'force_custom_plan', true)",
            as: String.self
        )
    }

    // MARK: Segments

    /// A stretch of the order that one statement can walk.
    struct Segment {
        /// What the texts must hold; nil for anything.
        let match: SearchMatch?
        /// What else they must meet, with an AND before it.
        var condition: SQL = ""
        let order: String
        /// Two columns that the key is read from.
        let columns: String
        let key: KeyKind
    }

    /// How a row's two key columns are read.
    enum KeyKind { case relevance, text, number, missing }

    /// The segments from the cursor on.
    func segments(_ plan: SearchPlan) -> [Segment] {
        if let field = plan.sortField { return sorted(by: field, plan) }
        guard !plan.terms.runs.isEmpty else {
            let after: SQL = plan.cursor.map { "AND d.id > \($0.id)" } ?? ""
            return [Segment(match: nil, condition: after, order: "d.id", columns: "0, d.length", key: .relevance)]
        }
        var first = 0
        var after: SQL = ""
        if let cursor = plan.cursor, case .relevance(let tier, let length) = cursor.key {
            first = tier
            after = "AND (d.length, d.id) > (\(length), \(cursor.id))"
        }
        return schema.tiers.indices.dropFirst(first).compactMap { tier in
            guard let match = schema.match(plan.terms.runs, tier: tier) else { return nil }
            return Segment(
                match: match,
                condition: tier == first ? after : "",
                order: "d.length, d.id",
                columns: "\(tier), d.length",
                key: .relevance
            )
        }
    }

    private func sorted(by field: SearchField, _ plan: SearchPlan) -> [Segment] {
        let column = "d.\(field.column)"
        let isAscending = if case .ascending = plan.query.sort { true } else { false }
        let direction = isAscending ? "ASC" : "DESC"
        var present = Segment(
            match: match(plan),
            condition: "AND \(raw: column) IS NOT NULL",
            order: "\(column) \(direction), d.id \(direction)",
            columns: "\(column), 0",
            key: field.kind == .number ? .number : .text
        )
        var missing = Segment(
            match: match(plan),
            condition: "AND \(raw: column) IS NULL",
            order: "d.id",
            columns: "0, 0",
            key: .missing
        )
        guard let cursor = plan.cursor else { return [present, missing] }
        if cursor.key == .missing {
            missing.condition = "\(missing.condition) AND d.id > \(cursor.id)"
            return [missing]
        }
        let comparison = isAscending ? ">" : "<"
        present.condition = "AND (\(raw: column), d.id) \(raw: comparison) (\(cursor.key.columnValue), \(cursor.id))"
        return [present, missing]
    }

    /// What the texts must hold for the query; nil for anything.
    private func match(_ plan: SearchPlan) -> SearchMatch? {
        plan.terms.runs.isEmpty ? nil : schema.match(plan.terms.runs)
    }

    /// The documents, as `d`, whose texts fit.
    private func source(_ match: SearchMatch?) throws -> SQL {
        guard let match else { return "\(raw: documents) AS d" }
        guard let text else { preconditionFailure("text was searched for in an index without, which the plan refuses") }
        return "(\(try text.matches(match))) AS m JOIN \(raw: documents) AS d ON d.number = m.number"
    }

    // MARK: Statements

    /// The statement that walks a segment.
    func statement(_ segment: Segment, _ plan: SearchPlan, limit: Int) throws -> SQL {
        """
        SELECT d.id, d.stored, \(raw: segment.columns) FROM \(try source(segment.match))
        WHERE true \(segment.condition) \(conditions(plan.query.filters))
        ORDER BY \(raw: segment.order) LIMIT \(limit)
        """
    }

    private func rows(
        _ segment: Segment,
        _ plan: SearchPlan,
        limit: Int,
        in tx: ReadTransaction
    ) async throws -> [Found] {
        try await tx.system.rows(try statement(segment, plan, limit: limit)) { row in
            let key: SearchCursor.Key =
                switch segment.key {
                case .relevance: .relevance(tier: try row.get(2), length: try row.get(3))
                case .text: .text(try row.get(2))
                case .number: .number(try row.get(2))
                case .missing: .missing
                }
            return Found(hit: SearchHit(id: try row.get(0), stored: try row.get(1)), key: key)
        }
    }

    private func count(_ plan: SearchPlan, in tx: ReadTransaction) async throws -> BoundedCount? {
        guard plan.query.countUpTo > 0 else { return nil }
        return bounded(try await tx.system.first(counting(plan)) ?? 0, plan)
    }

    /// The statement that counts all hits up to the bound and one more.
    func counting(_ plan: SearchPlan) throws -> SQL {
        """
        SELECT count(*) FROM (SELECT 1 FROM \(try source(match(plan)))
        WHERE true \(conditions(plan.query.filters)) LIMIT \(plan.query.countUpTo + 1)) AS found
        """
    }

    private func bounded(_ number: Int, _ plan: SearchPlan) -> BoundedCount? {
        guard plan.query.countUpTo > 0 else { return nil }
        return BoundedCount(value: min(number, plan.query.countUpTo), isExact: number <= plan.query.countUpTo)
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
