/// Compiles the schemas of a description. What it does not know is a fault, with its place: nothing is left out in silence.
struct SchemaCompiler {
    private let document: OpenAPIDocument
    private(set) var schemas = Schemas()
    /// Those that references name, which may be in the middle of being compiled.
    private var known: [String: Int] = [:]
    private var depth = 0

    init(_ document: OpenAPIDocument) { self.document = document }

    private static let handled: Set<String> = [
        "$ref", "type", "nullable", "enum", "const", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum",
        "multipleOf", "minLength", "maxLength", "pattern", "format", "items", "minItems", "maxItems", "uniqueItems",
        "properties", "required", "additionalProperties", "minProperties", "maxProperties", "allOf", "anyOf", "oneOf",
        "not",
    ]
    /// They describe, and refuse nothing.
    private static let notes: Set<String> = [
        "title", "description", "default", "example", "examples", "deprecated", "readOnly", "writeOnly", "externalDocs",
        "xml", "discriminator", "$comment",
    ]

    /// Compiles a schema. Returns its place.
    mutating func compile(_ schema: JSONValue, _ path: [String]) throws(OpenAPIFault) -> Int {
        depth += 1
        defer { depth -= 1 }
        guard depth <= 256 else { throw OpenAPIFault(path, "schemas go too deep") }
        let place = schemas.nodes.count
        schemas.nodes.append(SchemaNode())
        schemas.nodes[place] = try node(schema, path)
        return place
    }

    private mutating func reference(_ reference: String, _ path: [String]) throws(OpenAPIFault) -> Int {
        if let place = known[reference] { return place }
        let (schema, found) = try document.target(of: reference, at: path)
        // Before its own references are followed, one of which may be to it.
        let place = schemas.nodes.count
        known[reference] = place
        depth += 1
        defer { depth -= 1 }
        guard depth <= 256 else { throw OpenAPIFault(path, "schemas go too deep") }
        schemas.nodes.append(SchemaNode())
        schemas.nodes[place] = try node(schema, found)
        return place
    }

    private mutating func node(_ schema: JSONValue, _ path: [String]) throws(OpenAPIFault) -> SchemaNode {
        var node = SchemaNode()
        if let all = schema.bool {
            node.isNever = !all
            return node
        }
        guard let members = schema.object else { throw OpenAPIFault(path, "a schema is \(schema.kind)") }
        for name in members.keys.sorted() where !Self.handled.contains(name) && !Self.notes.contains(name) {
            if !name.hasPrefix("x-") { throw OpenAPIFault(path + [name], "'\(name)' is not supported") }
        }
        let reader = SchemaReader(members, path)
        try reader.readKinds(into: &node)
        try reader.readNumbers(into: &node)
        try reader.readTexts(into: &node)
        node.counts = try reader.bounds("minItems", "maxItems")
        node.hasUniqueItems = members["uniqueItems"]?.bool ?? false
        node.memberCounts = try reader.bounds("minProperties", "maxProperties")
        if let items = members["items"] { node.items = try compile(items, path + ["items"]) }
        try readMembers(members, path, into: &node)
        if let name = members["$ref"]?.string { node.allOf.append(try reference(name, path + ["$ref"])) }
        node.allOf += try list(members, "allOf", path)
        node.anyOf = try list(members, "anyOf", path)
        node.oneOf = try list(members, "oneOf", path)
        if let not = members["not"] { node.not = try compile(not, path + ["not"]) }
        return node
    }

    private mutating func list(
        _ members: [String: JSONValue],
        _ name: String,
        _ path: [String]
    ) throws(OpenAPIFault) -> [Int] {
        guard let value = members[name] else { return [] }
        guard let listed = value.array, !listed.isEmpty else {
            throw OpenAPIFault(path + [name], "it is no list of schemas")
        }
        var places: [Int] = []
        for (index, schema) in listed.enumerated() { places.append(try compile(schema, path + [name, "\(index)"])) }
        return places
    }

    private mutating func readMembers(
        _ members: [String: JSONValue],
        _ path: [String],
        into node: inout SchemaNode
    ) throws(OpenAPIFault) {
        var answered: Set<String> = []
        if let properties = members["properties"] {
            guard let properties = properties.object else {
                throw OpenAPIFault(path + ["properties"], "it is no object")
            }
            for name in properties.keys.sorted() {
                guard let property = properties[name] else { continue }
                let place = path + ["properties", name]
                node.properties[name] = try compile(property, place)
                let target = property["$ref"] == nil ? property : try document.resolve(property, place).value
                if target["readOnly"] == .bool(true) { answered.insert(name) }
            }
        }
        if let required = members["required"] {
            let names = required.array?.compactMap(\.string) ?? []
            guard names.count == required.array?.count else {
                throw OpenAPIFault(path + ["required"], "it is no list of names")
            }
            // What is read alone is required of answers, and not of requests (OpenAPI 3.0.4 §4.7.24.1).
            node.required = names.filter { !answered.contains($0) }
        }
        switch members["additionalProperties"] {
        case nil, .bool(true): break
        case .bool(false): node.additional = .none
        case .some(let schema): node.additional = .schema(try compile(schema, path + ["additionalProperties"]))
        }
    }

    /// Refuses schemas that come back to themselves without going into the value, which would never end.
    func checkCircles() throws(OpenAPIFault) {
        // 0 unseen, 1 under way, 2 done.
        var marks = [UInt8](repeating: 0, count: schemas.nodes.count)
        for start in schemas.nodes.indices where marks[start] == 0 {
            var stack = [(node: start, next: 0)]
            marks[start] = 1
            while let top = stack.last {
                let besides = schemas.nodes[top.node].besides
                guard top.next < besides.count else {
                    marks[top.node] = 2
                    stack.removeLast()
                    continue
                }
                stack[stack.count - 1].next += 1
                let other = besides[top.next]
                if marks[other] == 1 {
                    let name = known.first { $0.value == other }?.key
                    throw OpenAPIFault([], "the schema \(name ?? "") refers to itself, and to nothing else")
                }
                if marks[other] == 0 {
                    marks[other] = 1
                    stack.append((other, 0))
                }
            }
        }
    }
}
