import Synchronization

/// What is known about a statement once a server has parsed it: the types of its parameters and its columns' names.
final class StatementShape: Sendable {
    /// The text with numbered placeholders.
    let text: String
    let parameterTypes: [UInt32]
    /// The types that were declared, 0 where the server was left to infer them.
    let declaredTypes: [UInt32]
    let columns: [String: Int]

    /// - Throws: ``DatabaseError`` with code `statementRefused` where a column has no portable type.
    init(text: String, declaring types: [UInt32], description: PostgresResult) throws(DatabaseError) {
        self.text = text
        let parameterTypes = description.parameterTypes
        declaredTypes = types.isEmpty ? Array(repeating: 0, count: parameterTypes.count) : types
        self.parameterTypes = parameterTypes
        var columns: [String: Int] = [:]
        for index in 0..<description.columnCount {
            let name = description.name(of: index)
            guard PostgresType(rawValue: description.type(of: index)) != nil else {
                throw DatabaseError(
                    .statementRefused,
                    "column '\(name)' is of a type that has no portable value; cast it to one: \(text)"
                )
            }
            columns.nameColumn(name, index)
        }
        self.columns = columns
    }
}

/// The shapes of all statements that this process has run on a database, so that a connection which meets one for the first
/// time need not ask.
final class StatementShapes: Sendable {
    private let shapes = Mutex<[String: StatementShape]>([:])

    /// Forgets all: after a change of the schema.
    func removeAll() {
        shapes.withLock { $0.removeAll() }
    }

    /// Past it the cache starts anew.
    private static let limit = 2048

    subscript(text: String) -> StatementShape? {
        get { shapes.withLock { $0[text] } }
        set {
            shapes.withLock { shapes in
                if shapes.count >= Self.limit { shapes.removeAll(keepingCapacity: true) }
                shapes[text] = newValue
            }
        }
    }
}
