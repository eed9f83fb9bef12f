/// What does not fit, and where (RFC 6901).
struct SchemaIssue: Equatable, Sendable {
    var pointer: String
    var problem: String
}

/// Holds a value to a schema. The work is bounded: a body that would take more is refused.
struct SchemaCheck {
    /// More are not told.
    private static let issuesLimit = 8

    private let schemas: Schemas
    private var stepsLeft: Int
    private(set) var issues: [SchemaIssue] = []
    /// Where the value at hand is.
    private var path: [String] = []
    /// Whether it is only asked whether something holds.
    private var quiet = 0
    private var hasFailed = false

    /// - Parameter bytes: Of the text; the work grows in proportion.
    init(_ schemas: Schemas, bytes: Int) {
        self.schemas = schemas
        stepsLeft = 20_000 + 16 * bytes
    }

    /// What does not fit; empty where all does.
    static func issues(_ value: JSONValue, _ schema: Int, _ schemas: Schemas, bytes: Int) -> [SchemaIssue] {
        var check = SchemaCheck(schemas, bytes: bytes)
        _ = check.holds(value, schema)
        if check.stepsLeft < 0 { return [SchemaIssue(pointer: "#", problem: "it takes too long to check")] }
        return check.issues
    }

    /// Tells a problem of the value at hand.
    private mutating func say(_ problem: @autoclosure () -> String) -> Bool {
        guard quiet == 0, issues.count < Self.issuesLimit else { return false }
        issues.append(SchemaIssue(pointer: JSONPointer.text(path), problem: problem()))
        return false
    }

    private mutating func holds(_ value: JSONValue, _ schema: Int) -> Bool {
        stepsLeft -= 1
        guard stepsLeft >= 0 else { return false }
        let node = schemas.nodes[schema]
        if node.isNever { return say("nothing may be here") }
        if let kinds = node.kinds, kinds.isDisjoint(with: value.kinds) {
            return say("it is \(value.kind), and should be \(kinds.text)")
        }
        var isGood = true
        if let values = node.enumeration, !values.contains(value) {
            stepsLeft -= values.count
            isGood = say("it is none of the values that it may have")
        }
        switch value {
        case .integer, .number: isGood = holds(value.number ?? 0, node) && isGood
        case .string(let text): isGood = holds(text, node) && isGood
        case .array(let elements): isGood = holds(elements, node) && isGood
        case .object(let members): isGood = holds(members, node) && isGood
        case .null, .bool: break
        }
        if let format = node.format, !format.holds(value) { isGood = say("it is not of the format \(format.rawValue)") }
        return combines(value, node) && isGood
    }

    // MARK: Kinds

    private mutating func holds(_ number: Double, _ node: SchemaNode) -> Bool {
        var isGood = true
        if let bound = node.minimum, bound.isExclusive ? number <= bound.value : number < bound.value {
            isGood = say("it should be \(bound.isExclusive ? "above" : "at least") \(bound.value.plain)")
        }
        if let bound = node.maximum, bound.isExclusive ? number >= bound.value : number > bound.value {
            isGood = say("it should be \(bound.isExclusive ? "below" : "at most") \(bound.value.plain)")
        }
        if let step = node.multipleOf {
            // Decimal fractions are no doubles: what is as near as can be is a multiple.
            let quotient = number / step
            if abs(quotient - quotient.rounded()) > 1e-9 * max(1, abs(quotient)) {
                isGood = say("it should be a multiple of \(step.plain)")
            }
        }
        return isGood
    }

    private mutating func holds(_ text: String, _ node: SchemaNode) -> Bool {
        var isGood = true
        if let lengths = node.lengths {
            let count = text.unicodeScalars.count
            if count < lengths.lowerBound { isGood = say("it should have at least \(lengths.lowerBound) characters") }
            if count > lengths.upperBound { isGood = say("it should have at most \(lengths.upperBound) characters") }
        }
        // A text that is too long already is not looked through.
        if let pattern = node.pattern, isGood {
            stepsLeft -= text.utf8.count * pattern.steps.count / 64
            if stepsLeft >= 0, !pattern.matches(text) { isGood = say("it does not match \(pattern.text)") }
        }
        return isGood
    }

    private mutating func holds(_ elements: [JSONValue], _ node: SchemaNode) -> Bool {
        var isGood = true
        if let counts = node.counts {
            if elements.count < counts.lowerBound {
                isGood = say("it should have at least \(counts.lowerBound) elements")
            }
            if elements.count > counts.upperBound { return say("it should have at most \(counts.upperBound) elements") }
        }
        if node.hasUniqueItems, Set(elements).count < elements.count { isGood = say("an element is there twice") }
        guard let items = node.items else { return isGood }
        for (index, element) in elements.enumerated() {
            path.append(String(index))
            isGood = holds(element, items) && isGood
            path.removeLast()
            if stepsLeft < 0 { return false }
        }
        return isGood
    }

    private mutating func holds(_ members: [String: JSONValue], _ node: SchemaNode) -> Bool {
        var isGood = true
        if let counts = node.memberCounts {
            if members.count < counts.lowerBound {
                isGood = say("it should have at least \(counts.lowerBound) members")
            }
            if members.count > counts.upperBound { return say("it should have at most \(counts.upperBound) members") }
        }
        for name in node.required where members[name] == nil { isGood = say("the member '\(name)' is missing") }
        // In an order, so that the same request gets the same answer.
        for name in members.keys.sorted() {
            guard let member = members[name] else { continue }
            path.append(name)
            defer { path.removeLast() }
            if let schema = node.properties[name] {
                isGood = holds(member, schema) && isGood
                continue
            }
            switch node.additional {
            case .any: break
            case .none: isGood = say("there is no such member")
            case .schema(let schema): isGood = holds(member, schema) && isGood
            }
            if stepsLeft < 0 { return false }
        }
        return isGood
    }

    // MARK: Combinations

    private mutating func combines(_ value: JSONValue, _ node: SchemaNode) -> Bool {
        var isGood = true
        for schema in node.allOf { isGood = holds(value, schema) && isGood }
        if !node.anyOf.isEmpty, !node.anyOf.contains(where: { asks(value, $0) }) {
            isGood = say("it fits none of the \(node.anyOf.count) forms that it may have")
        }
        if !node.oneOf.isEmpty {
            let count = node.oneOf.count { asks(value, $0) }
            if count != 1 {
                isGood = say("it fits \(count) of the \(node.oneOf.count) forms, and should fit one")
            }
        }
        if let not = node.not, asks(value, not) { isGood = say("it has a form that it may not have") }
        return isGood
    }

    private mutating func asks(_ value: JSONValue, _ schema: Int) -> Bool {
        quiet += 1
        defer { quiet -= 1 }
        return holds(value, schema)
    }
}

extension JSONValue {
    /// What kinds a value is of.
    fileprivate var kinds: SchemaNode.Kinds {
        switch self {
        case .null: .null
        case .bool: .boolean
        case .integer: [.integer, .number]
        case .number: .number
        case .string: .string
        case .array: .array
        case .object: .object
        }
    }
}

extension Double {
    /// Without a fraction where there is none.
    fileprivate var plain: String { Int64(exactly: self).map(String.init) ?? "\(self)" }
}

/// A place in a JSON text (RFC 6901), as the fragment of a URI is written but for its escapes.
enum JSONPointer {
    static func text(_ path: [String]) -> String {
        path.reduce(into: "#") { text, name in
            text += "/" + name.replacing("~", with: "~0").replacing("/", with: "~1")
        }
    }
}
