/// What a value must be like: a schema of OpenAPI (JSON Schema), compiled. Others are named by their places in ``Schemas``.
struct SchemaNode: Sendable {
    /// The kinds of values.
    struct Kinds: OptionSet, Sendable {
        let rawValue: UInt8
        static let null = Kinds(rawValue: 1)
        static let boolean = Kinds(rawValue: 2)
        static let integer = Kinds(rawValue: 4)
        static let number = Kinds(rawValue: 8)
        static let string = Kinds(rawValue: 16)
        static let array = Kinds(rawValue: 32)
        static let object = Kinds(rawValue: 64)

        init(rawValue: UInt8) { self.rawValue = rawValue }

        init?(named name: String) {
            switch name {
            case "null": self = .null
            case "boolean": self = .boolean
            case "integer": self = .integer
            case "number": self = [.number, .integer]
            case "string": self = .string
            case "array": self = .array
            case "object": self = .object
            default: return nil
            }
        }

        /// For messages.
        var text: String {
            let names = [
                (Kinds.null, "null"), (.boolean, "a boolean"), (.number, "a number"), (.integer, "an integer"),
                (.string, "a string"), (.array, "an array"), (.object, "an object"),
            ]
            let found = names.filter { contains($0.0) && !($0.0 == .integer && contains(.number)) }.map(\.1)
            return found.joined(separator: " or ")
        }
    }

    /// What members without a schema of their own may be.
    enum Additional: Sendable {
        case any
        case none
        case schema(Int)
    }

    /// A bound of numbers.
    struct Bound: Sendable {
        var value: Double
        var isExclusive: Bool
    }

    /// Nothing holds: the schema `false`.
    var isNever = false
    /// Nil for all.
    var kinds: Kinds?
    var enumeration: [JSONValue]?
    var minimum: Bound?
    var maximum: Bound?
    var multipleOf: Double?
    var lengths: ClosedRange<Int>?
    var pattern: TextPattern?
    var format: TextFormat?
    var items: Int?
    var counts: ClosedRange<Int>?
    var hasUniqueItems = false
    var properties: [String: Int] = [:]
    var required: [String] = []
    var additional = Additional.any
    var memberCounts: ClosedRange<Int>?
    /// All of these hold too; what `$ref` names is one.
    var allOf: [Int] = []
    var anyOf: [Int] = []
    var oneOf: [Int] = []
    var not: Int?

    /// Schemas that look at the same value.
    var besides: [Int] { allOf + anyOf + oneOf + (not.map { [$0] } ?? []) }
}

/// The schemas of a description, in which each knows others by their places.
struct Schemas: Sendable {
    var nodes: [SchemaNode] = []
}
