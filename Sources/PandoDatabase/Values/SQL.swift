/// A statement in the portable SQL subset, with its parameters bound by interpolation.
///
/// ```swift
/// let hotels = try await tx.all("SELECT id, name FROM hotels WHERE city = \(city) LIMIT \(20)", as: Hotel.self)
/// ```
///
/// An interpolated value never becomes part of the text, so no input can change what the statement does. An interpolated
/// array expands to a parenthesised list for `IN`; an empty one to `(NULL)`, which matches nothing. The text between the
/// interpolations is the programmer's own and is the key of the statement cache: keep it constant.
public struct SQL: ExpressibleByStringInterpolation, Sendable, Hashable {
    /// The statement with a `?` for each parameter.
    package let text: String
    /// The parameters in the order of their placeholders.
    package let values: [SQLValue]

    /// A statement without parameters.
    public init(stringLiteral value: String) {
        text = value
        values = []
    }

    /// Assembles an interpolated statement.
    public init(stringInterpolation: StringInterpolation) {
        text = stringInterpolation.text
        values = stringInterpolation.values
    }

    /// A LIMIT for the next rows of a log, whose number PostgreSQL's planner does not see: it then reads them in their order by
    /// the index also while it underestimates the log, of which it would sort the whole rest otherwise.
    package static func limit(_ count: Int) -> SQL { "LIMIT (SELECT CAST(\(count) AS bigint))" }

    /// Collects the text and the parameters of an interpolated statement.
    public struct StringInterpolation: StringInterpolationProtocol {
        // The functions are inlinable so that values of known types are bound without looking at their types at run time.
        @usableFromInline var text = ""
        @usableFromInline var values: [SQLValue] = []

        /// Reserves room for what the literal announces.
        public init(literalCapacity: Int, interpolationCount: Int) {
            text.reserveCapacity(literalCapacity + interpolationCount)
            values.reserveCapacity(interpolationCount)
        }

        /// Appends text of the statement.
        @inlinable
        public mutating func appendLiteral(_ literal: String) {
            text += literal
        }

        /// Binds one parameter.
        @inlinable
        public mutating func appendInterpolation(_ value: some SQLConvertible) {
            text += "?"
            values.append(value.sqlValue)
        }

        /// Binds one parameter, or NULL for nil.
        @inlinable
        public mutating func appendInterpolation(_ value: (some SQLConvertible)?) {
            text += "?"
            values.append(value.sqlValue)
        }

        /// Binds a list for `IN`, one parameter for each element; a statement has at most 7,000 parameters.
        @inlinable
        public mutating func appendInterpolation(_ list: [some SQLConvertible]) {
            guard !list.isEmpty else { return text += "(NULL)" }
            for (index, value) in list.enumerated() {
                text += index == 0 ? "(?" : ", ?"
                values.append(value.sqlValue)
            }
            text += ")"
        }

        /// Binds bytes as one parameter, not as a list of integers.
        @inlinable
        public mutating func appendInterpolation(_ bytes: [UInt8]) {
            text += "?"
            values.append(.bytes(bytes))
        }

        /// Inserts another statement's text and parameters.
        public mutating func appendInterpolation(_ fragment: SQL) {
            text += fragment.text
            values.append(contentsOf: fragment.values)
        }

        /// Inserts text as it is. The text must be the programmer's own, never input: nothing escapes it.
        public mutating func appendInterpolation(raw: String) {
            text += raw
        }
    }
}

extension Sequence<SQL> {
    /// The statements' texts and parameters one after the other, such as the rows of one `INSERT`:
    ///
    /// ```swift
    /// let rows = nights.map { "(\(hotel), \($0), \(1))" as SQL }
    /// try await tx.execute("INSERT INTO stock (hotel_id, night, sold) VALUES \(rows.joined(separator: ", "))")
    /// ```
    public func joined(separator: SQL) -> SQL {
        var joined = SQL.StringInterpolation(literalCapacity: 0, interpolationCount: 0)
        for (index, part) in enumerated() {
            if index > 0 { joined.appendInterpolation(separator) }
            joined.appendInterpolation(part)
        }
        return SQL(stringInterpolation: joined)
    }
}
