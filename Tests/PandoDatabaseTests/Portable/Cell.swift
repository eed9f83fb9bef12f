import PandoDatabase

/// One value of a result as the engine gave it, so that tests compare classes too: 1 is not 1.0, and empty is not NULL.
struct Cell: SQLConvertible, Hashable, CustomStringConvertible {
    let sqlValue: SQLValue

    init(sqlValue: SQLValue) {
        self.sqlValue = sqlValue
    }

    var description: String { "\(sqlValue)" }
}

extension Cell: ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral, ExpressibleByStringLiteral,
    ExpressibleByBooleanLiteral, ExpressibleByNilLiteral
{
    init(integerLiteral value: Int64) { self.init(sqlValue: .integer(value)) }
    init(floatLiteral value: Double) { self.init(sqlValue: .real(value)) }
    init(stringLiteral value: String) { self.init(sqlValue: .text(value)) }
    init(booleanLiteral value: Bool) { self.init(sqlValue: .integer(value ? 1 : 0)) }
    init(nilLiteral: ()) { self.init(sqlValue: .null) }
}

/// A statement with its rows, the same on every engine.
struct Statement: Sendable {
    let sql: SQL
    let rows: [[Cell]]

    init(_ sql: SQL, _ rows: [[Cell]]) {
        self.sql = sql
        self.rows = rows
    }
}

/// A statement whose outcome is another one on each engine.
struct Difference: Sendable {
    enum Outcome: Sendable, Equatable {
        case rows([[Cell]])
        case refused(DatabaseError.Code)
    }

    let sql: SQL
    let outcomes: [SQLEngine: Outcome]

    init(_ sql: SQL, sqlite: Outcome, postgres: Outcome) {
        self.sql = sql
        outcomes = [.sqlite: sqlite, .postgres: postgres]
    }
}

extension Database {
    /// All rows of a statement.
    func cells(_ sql: SQL) async throws -> [[Cell]] {
        try await read { tx in
            try await tx.rows(sql) { row in
                var cells: [Cell] = []
                for index in 0..<row.count { cells.append(try row.get(index)) }
                return cells
            }
        }
    }

    /// Which engine the tests are run for.
    var testedEngine: SQLEngine {
        get async throws { try await read { $0.engine } }
    }
}
