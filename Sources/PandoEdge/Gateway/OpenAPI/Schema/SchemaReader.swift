/// Reads the plain keywords of one schema.
struct SchemaReader {
    private let members: [String: JSONValue]
    private let path: [String]

    init(_ members: [String: JSONValue], _ path: [String]) {
        self.members = members
        self.path = path
    }

    private func fault(_ name: String, _ problem: String) -> OpenAPIFault { OpenAPIFault(path + [name], problem) }

    /// `type` as a name, or as a list of them in 3.1; `nullable` of 3.0; the values that are listed.
    func readKinds(into node: inout SchemaNode) throws(OpenAPIFault) {
        if let type = members["type"] {
            var kinds = SchemaNode.Kinds()
            for name in type.array ?? [type] {
                guard let kind = name.string.flatMap(SchemaNode.Kinds.init(named:)) else {
                    throw fault("type", "there is no such type")
                }
                kinds.formUnion(kind)
            }
            if members["nullable"] == .bool(true) { kinds.insert(.null) }
            node.kinds = kinds
        }
        if let values = members["enum"] {
            guard let values = values.array, !values.isEmpty else { throw fault("enum", "it is no list of values") }
            node.enumeration = values
        }
        if let value = members["const"] { node.enumeration = [value] }
    }

    /// Bounds; an exclusive one is a number in 3.1, and a boolean beside the number in 3.0.
    func readNumbers(into node: inout SchemaNode) throws(OpenAPIFault) {
        node.minimum = try bound("minimum", "exclusiveMinimum", >)
        node.maximum = try bound("maximum", "exclusiveMaximum", <)
        if let step = try number("multipleOf") {
            guard step > 0 else { throw fault("multipleOf", "it is not above 0") }
            node.multipleOf = step
        }
    }

    private func number(_ name: String) throws(OpenAPIFault) -> Double? {
        guard let value = members[name] else { return nil }
        guard let number = value.number, number.isFinite else { throw fault(name, "it is no number") }
        return number
    }

    private func bound(
        _ name: String,
        _ exclusive: String,
        _ isTighter: (Double, Double) -> Bool
    ) throws(OpenAPIFault) -> SchemaNode.Bound? {
        let plain = try number(name)
        if let isExclusive = members[exclusive]?.bool {
            return plain.map { SchemaNode.Bound(value: $0, isExclusive: isExclusive) }
        }
        guard let other = try number(exclusive) else {
            return plain.map { SchemaNode.Bound(value: $0, isExclusive: false) }
        }
        if let plain, isTighter(plain, other) { return SchemaNode.Bound(value: plain, isExclusive: false) }
        return SchemaNode.Bound(value: other, isExclusive: true)
    }

    func readTexts(into node: inout SchemaNode) throws(OpenAPIFault) {
        node.lengths = try bounds("minLength", "maxLength")
        if let value = members["pattern"] {
            guard let text = value.string else { throw fault("pattern", "it is no text") }
            do throws(PatternFault) {
                node.pattern = try TextPattern(text)
            } catch {
                throw fault("pattern", "the expression '\(text)' is not supported: \(error.problem)")
            }
        }
        if let value = members["format"] {
            guard let format = value.string.flatMap(TextFormat.init) else {
                throw fault("format", "the format \(value.string.map { "'\($0)' " } ?? "")is not supported")
            }
            node.format = format
        }
    }

    /// Bounds of a count; nil where there are none.
    func bounds(_ low: String, _ high: String) throws(OpenAPIFault) -> ClosedRange<Int>? {
        func count(_ name: String) throws(OpenAPIFault) -> Int? {
            guard let value = members[name] else { return nil }
            guard let count = value.integer, count >= 0 else { throw fault(name, "it is no number of things") }
            return Int(count)
        }
        let (least, most) = (try count(low), try count(high))
        if least == nil, most == nil { return nil }
        guard (least ?? 0) <= (most ?? .max) else { throw fault(low, "it is above '\(high)'") }
        return (least ?? 0)...(most ?? .max)
    }
}
