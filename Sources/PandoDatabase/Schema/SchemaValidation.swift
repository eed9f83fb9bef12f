extension Migration {
    /// Checks what can be told from the text alone, before any engine sees it.
    ///
    /// - Throws: ``DatabaseError`` with code `migrationRefused` that names the domain, the migration and the fault.
    func validate(in domain: String) throws(DatabaseError) {
        do {
            let isSystem = Migrator.isSystem(domain)
            if !isSystem { try SchemaName.check(domain, "domain", keywords: .allowed) }
            guard !changes.isEmpty else { throw SchemaFault("it has no changes") }
            for change in changes { try Self.validate(change.change, isSystem: isSystem) }
        } catch let fault as SchemaFault {
            throw DatabaseError(
                .migrationRefused,
                "migration \(number) '\(name)' of domain '\(domain)': \(fault.message)"
            )
        } catch {
            fatalError("validation throws SchemaFault only, not \(error)")
        }
    }

    private static func validate(_ change: SchemaChangeKind, isSystem: Bool) throws {
        switch change {
        case .createTable(let table):
            try SchemaName.check(table.name, "table", isSystem: isSystem)
            try table.validate()
        case .addColumn(let addition):
            try SchemaName.check(addition.column.name, "column")
            guard addition.column.nullability == .nullable || addition.column.defaultValue != nil else {
                throw SchemaFault(
                    "column '\(addition.column.name)' is required and has no default for the rows there are"
                )
            }
            try addition.column.validateDefault()
            let isHalf = addition.column.type == .money && addition.column.defaultCurrency == nil
            guard addition.column.nullability == .nullable || !isHalf else {
                throw SchemaFault("column '\(addition.column.name)' needs a default with a currency: default: Money(…)")
            }
        case .createIndex(let index):
            try SchemaName.check(index.name, "index", isSystem: isSystem)
            guard !index.columns.isEmpty else { throw SchemaFault("index '\(index.name)' has no columns") }
        case .dropIndex(let index): try SchemaName.check(index.name, "index", isSystem: isSystem)
        case .dropTable(let table): try SchemaName.check(table.name, "table", isSystem: isSystem)
        case .execute: break
        }
    }
}

extension CreateTable {
    /// The names of all stored columns; money is two.
    var columnNames: [String] {
        columns.flatMap { $0.type == .money ? [$0.name, $0.name + "_currency"] : [$0.name] }
    }

    var columns: [Column] {
        elements.compactMap { if case .column(let column) = $0 { column } else { nil } }
    }

    var primaryKey: [String] {
        elements.compactMap { if case .primaryKey(let columns) = $0 { columns } else { nil } }.first ?? []
    }

    func validate() throws {
        for column in columns {
            try SchemaName.check(column.name, "column")
            try column.validateDefault()
        }
        let names = columnNames
        if let twice = names.first(where: { name in names.count(where: { $0 == name }) > 1 }) {
            throw SchemaFault("table '\(name)' has two columns '\(twice)'")
        }
        let keys = elements.count(where: { if case .primaryKey = $0 { true } else { false } })
        guard keys == 1, !primaryKey.isEmpty else { throw SchemaFault("table '\(name)' must have one primary key") }
        for case .unique(let columns) in elements { try check(columns, "a unique constraint", names) }
        for case .references(let reference) in elements {
            try check([reference.column], "a reference", names, sharded: false)
        }
        try check(primaryKey, "the primary key", names)
        for column in columns where primaryKey.contains(column.name) && column.nullability == .nullable {
            throw SchemaFault("table '\(name)': column '\(column.name)' of the primary key may not be nullable")
        }
    }

    private func check(_ used: [String], _ place: String, _ names: [String], sharded: Bool = true) throws {
        for column in used where !names.contains(column) {
            throw SchemaFault("table '\(name)': \(place) names column '\(column)', which does not exist")
        }
        guard sharded, case .by(let key) = sharding else { return }
        guard names.contains(key) else {
            throw SchemaFault("table '\(name)': the shard key '\(key)' is not one of its columns")
        }
        guard used.contains(key) else {
            throw SchemaFault(
                "table '\(name)': \(place) must contain the shard key '\(key)', or shards could not hold to it"
            )
        }
    }
}

extension Column {
    /// Refuses a default that the column could not hold: engines find out at different times.
    func validateDefault() throws {
        guard let defaultValue, defaultValue != .null else { return }
        guard type == .money || defaultCurrency == nil, type.holds(defaultValue) else {
            throw SchemaFault("the default of column '\(name)' is no value of type \(type)")
        }
    }
}

extension ColumnType {
    /// Whether a value, not NULL, is one of this type.
    fileprivate func holds(_ value: SQLValue) -> Bool {
        switch (self, value) {
        case (.identifier, .bytes(let bytes)): bytes.count == 16
        case (.text, .text(let text)): !text.utf8.contains(0)
        case (.integer, .integer(let value)): Int32(exactly: value) != nil
        case (.boolean, .integer(let value)): value == 0 || value == 1
        case (.bigint, .integer), (.money, .integer), (.bytes, .bytes): true
        case (.instant, .integer(let value)):
            value == .min || value >= PostgresEpoch.earliestInstant
        case (.double, .real(let value)): !value.isNaN
        case (.double, .integer(let value)): Double(exactly: value) != nil
        case (.date, .text(let text)): LocalDate(text) != nil
        // Whether it is JSON is the engine's to say, on both when the column is added or a row written.
        case (.json, .text(let text)): !text.utf8.contains(0)
        case (_, .null), (_, .integer), (_, .real), (_, .text), (_, .bytes): false
        }
    }
}

/// What is wrong with a migration's text.
struct SchemaFault: Error {
    let message: String

    init(_ message: String) {
        self.message = message
    }
}

/// The rule for names: what needs no quoting on any engine and leaves room for suffixes.
enum SchemaName {
    enum Keywords { case allowed, refused }

    static func check(
        _ name: String,
        _ kind: String,
        isSystem: Bool = false,
        keywords: Keywords = .refused
    ) throws {
        let letters = UInt8(ascii: "a")...UInt8(ascii: "z")
        let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
        guard (1...48).contains(name.utf8.count), letters.contains(name.utf8.first ?? 0),
            name.utf8.allSatisfy({ letters.contains($0) || digits.contains($0) || $0 == UInt8(ascii: "_") })
        else {
            throw SchemaFault(
                "\(kind) name '\(name)' must be 1 to 48 lower-case letters, digits and underscores, a letter first"
            )
        }
        if !isSystem, name.hasPrefix("pando_") { throw SchemaFault("\(kind) name '\(name)': 'pando_' is reserved") }
        if keywords == .refused, reserved.contains(name) {
            throw SchemaFault("\(kind) name '\(name)' is a reserved word of SQL")
        }
    }

    /// Reserved in PostgreSQL or SQLite (PostgreSQL documentation, appendix C; sqlite.org/lang_keywords.html).
    private static let reserved: Set<String> = [
        "add", "all", "alter", "analyse", "analyze", "and", "any", "array", "as", "asc", "asymmetric", "between",
        "both",
        "case", "cast", "check", "collate", "column", "commit", "constraint", "create", "cross", "current_date",
        "current_time", "current_timestamp", "current_user", "default", "deferrable", "delete", "desc", "distinct",
        "do",
        "drop", "else", "end", "escape", "except", "exists", "false", "fetch", "for", "foreign", "from", "full",
        "grant",
        "group", "having", "if", "in", "index", "initially", "inner", "insert", "intersect", "into", "is", "isnull",
        "join",
        "lateral", "leading", "left", "limit", "localtime", "localtimestamp", "natural", "not", "nothing", "notnull",
        "null", "offset", "on", "only", "or", "order", "outer", "placing", "primary", "references", "returning",
        "right",
        "select", "session_user", "set", "similar", "some", "symmetric", "table", "then", "to", "trailing",
        "transaction",
        "true", "union", "unique", "update", "user", "using", "values", "variadic", "when", "where", "window", "with",
    ]
}
