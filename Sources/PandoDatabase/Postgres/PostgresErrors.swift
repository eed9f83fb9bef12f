import CPostgres

/// What the server said about a failure.
struct PostgresFailure: Error, Sendable, CustomStringConvertible {
    /// Five characters (PostgreSQL documentation, appendix A); empty where the connection failed.
    let state: String
    let message: String

    var description: String { state.isEmpty ? message : "\(message) (SQLSTATE \(state))" }

    /// Another transaction was in the way: to begin anew is enough.
    var isSerialization: Bool { state == "40001" || state == "40P01" }

    /// The server or the network ended the connection, so nothing more can be done on it.
    var isLostConnection: Bool {
        state.isEmpty || state.hasPrefix("08") || ["57P01", "57P02", "57P03", "25P03", "57P05"].contains(state)
    }

    /// The plan of a prepared statement no longer fits the schema.
    var isStalePlan: Bool { state == "0A000" && message.contains("cached plan") }
}

extension DatabaseError {
    /// Translates what the server said, doing a statement.
    init(_ failure: PostgresFailure, doing what: String) {
        self.init(
            Self.code(failure.state),
            "\(failure.message)\(Self.advice(failure.state)): \(what)",
            underlying: failure
        )
    }

    private static func code(_ state: String) -> Code {
        switch state {
        case "23505", "23P01": .constraintViolated(.unique)
        case "23502": .constraintViolated(.notNull)
        case "23503": .constraintViolated(.foreignKey)
        // 22P02 is what the type `json` says, since all other values come in binary form.
        case "23514", "22003", "22P02": .constraintViolated(.check)
        case "42804", "22007", "22008": .constraintViolated(.dataType)
        case "40001", "40P01", "55P03", "53300", "53400", "57P03": .busy
        case "57014", "25P03", "57P05": .timedOut
        case "53100": .full
        case "58030", "58P01", "58P02": .inputOutput
        case "XX001", "XX002": .corrupt
        case "40003", "08007": .outcomeUnknown
        case "25001", "25006": .statementRefused
        default: codeOfClass(state.prefix(2))
        }
    }

    private static func codeOfClass(_ state: Substring) -> Code {
        switch state {
        case "", "08", "57": .unavailable
        case "23": .constraintViolated(.check)
        case "21", "22", "42", "0A", "26", "34", "54": .statementRefused
        case "53": .busy
        case "28": .accessDenied
        default: .engine  // States of the server that no caller can act upon.
        }
    }

    private static func advice(_ state: String) -> String {
        switch state {
        case "53100": " (free space on the server's disk; nothing of this transaction was written)"
        case "53300": " (raise max_connections of the server, or lower maximumConnections of the nodes)"
        case "57014": " (the statement ran past its limit)"
        case "28P01", "28000": " (check user and password)"
        case "3D000": " (create the database, or name another one)"
        default: ""  // The server's own text is advice enough.
        }
    }
}
