/// A JSON text (RFC 8259) in memory.
enum JSONValue: Sendable, Hashable {
    case null
    case bool(Bool)
    /// A number without a fraction.
    case integer(Int64)
    /// Any other number; what is larger than a double can say is infinite.
    case number(Double)
    case string(String)
    case array([JSONValue])
    /// No name twice.
    case object([String: JSONValue])

    /// A number, as an integer where it is one: 1.0 and 1 are the same.
    init(number: Double) { self = Int64(exactly: number).map(JSONValue.integer) ?? .number(number) }

    /// The members; nil for anything but an object.
    var object: [String: JSONValue]? {
        if case .object(let members) = self { members } else { nil }
    }

    /// The elements; nil for anything but an array.
    var array: [JSONValue]? {
        if case .array(let elements) = self { elements } else { nil }
    }

    /// The text; nil for anything but a string.
    var string: String? {
        if case .string(let text) = self { text } else { nil }
    }

    /// Either; nil for anything but these.
    var bool: Bool? {
        if case .bool(let value) = self { value } else { nil }
    }

    /// The number; nil for anything but a number.
    var number: Double? {
        switch self {
        case .integer(let value): Double(value)
        case .number(let value): value
        case .null, .bool, .string, .array, .object: nil
        }
    }

    /// The number, where it has no fraction that counts.
    var integer: Int64? {
        switch self {
        case .integer(let value): value
        case .number(let value): Int64(exactly: value)
        case .null, .bool, .string, .array, .object: nil
        }
    }

    /// A member of an object.
    subscript(_ name: String) -> JSONValue? { object?[name] }

    /// What it is, for messages.
    var kind: String {
        switch self {
        case .null: "null"
        case .bool: "a boolean"
        case .integer, .number: "a number"
        case .string: "a string"
        case .array: "an array"
        case .object: "an object"
        }
    }
}

/// What is wrong with a JSON text.
struct JSONFault: Error, Equatable {
    /// The byte at which it was noticed.
    let place: Int
    let problem: StaticString

    static func == (one: JSONFault, other: JSONFault) -> Bool {
        one.place == other.place && "\(one.problem)" == "\(other.problem)"
    }
}
