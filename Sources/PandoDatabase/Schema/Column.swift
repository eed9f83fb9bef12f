/// A part of ``CreateTable``: a column or a constraint.
public protocol TableElement: Sendable {
    /// How the element is rendered and checked.
    var element: TableElementKind { get }
}

/// The closed set of table elements, for the renderers of the engines.
public enum TableElementKind: Sendable {
    /// A column.
    case column(Column)
    /// The primary key.
    case primaryKey([String])
    /// A unique constraint.
    case unique([String])
    /// A check, as a portable SQL expression.
    case check(String)
    /// A foreign key within the domain.
    case references(References)
}

/// A column. It holds no NULL unless it says so.
public struct Column: TableElement {
    /// Whether a column may hold NULL.
    public enum Nullability: Sendable {
        /// NULL is refused.
        case required
        /// NULL is allowed.
        case nullable
    }

    let name: String
    let type: ColumnType
    let nullability: Nullability
    let defaultValue: SQLValue?
    /// The other half of a default amount of money.
    let defaultCurrency: Currency?

    /// Describes a column.
    ///
    /// - Parameters:
    ///   - name: Lower-case letters, digits and underscores, at most 48 characters.
    ///   - type: What it holds.
    ///   - nullability: Whether NULL is allowed; `required` unless given.
    ///   - defaultValue: What a row gets that does not say; needed to add a required column to a table with rows.
    public init(
        _ name: String,
        _ type: ColumnType,
        _ nullability: Nullability = .required,
        default defaultValue: (any SQLConvertible & Sendable)? = nil
    ) {
        self.name = name
        self.type = type
        self.nullability = nullability
        // No engine keeps the sign of -0.0.
        let value = defaultValue?.sqlValue
        self.defaultValue = value == .real(0) ? .real(0) : value
        defaultCurrency = nil
    }

    /// Describes a column of money with a default amount.
    ///
    /// - Parameters:
    ///   - name: Lower-case letters, digits and underscores, at most 48 characters.
    ///   - type: ``ColumnType/money``.
    ///   - nullability: Whether NULL is allowed; `required` unless given.
    ///   - defaultAmount: What a row gets that does not say.
    public init(
        _ name: String,
        _ type: ColumnType,
        _ nullability: Nullability = .required,
        default defaultAmount: Money
    ) {
        self.name = name
        self.type = type
        self.nullability = nullability
        defaultValue = .integer(defaultAmount.minorUnits)
        defaultCurrency = defaultAmount.currency
    }

    /// This column.
    public var element: TableElementKind { .column(self) }
}

/// The columns that identify a row. Every table has one; of a sharded table it contains the shard key.
public struct PrimaryKey: TableElement {
    private let columns: [String]

    /// Names the columns, in the order in which rows are stored and found.
    public init(_ columns: String...) {
        self.columns = columns
    }

    /// This key.
    public var element: TableElementKind { .primaryKey(columns) }
}

/// Columns whose values no two rows share. On a sharded table it must contain the shard key.
public struct Unique: TableElement {
    private let columns: [String]

    /// Names the columns.
    public init(_ columns: String...) {
        self.columns = columns
    }

    /// This constraint.
    public var element: TableElementKind { .unique(columns) }
}

/// A condition that every row meets, in portable SQL over the table's columns.
public struct Check: TableElement {
    private let expression: String

    /// States the condition.
    public init(_ expression: String) {
        self.expression = expression
    }

    /// This constraint.
    public var element: TableElementKind { .check(expression) }
}

/// A column whose value is another table's key. Both tables are of the same domain.
public struct References: TableElement {
    let column: String
    let table: String
    let target: String

    /// States that `column` holds a value of `target` in `table`.
    public init(_ column: String, table: String, column target: String) {
        self.column = column
        self.table = table
        self.target = target
    }

    /// This constraint.
    public var element: TableElementKind { .references(self) }
}

/// Collects the elements of a table.
@resultBuilder
public enum TableBuilder {
    /// Collects them.
    public static func buildBlock(_ elements: any TableElement...) -> [any TableElement] { elements }
}
