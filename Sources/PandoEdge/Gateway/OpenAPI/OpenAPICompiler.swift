/// Compiles the paths of a description.
struct OpenAPICompiler {
    private let document: OpenAPIDocument
    private var schemaCompiler: SchemaCompiler
    private(set) var tree = PathTree()
    private(set) var items: [OpenAPIPlan.Item] = []

    var schemas: Schemas { schemaCompiler.schemas }

    private static let methods = ["get", "put", "post", "delete", "options", "head", "patch", "trace"]

    init(_ document: OpenAPIDocument) {
        self.document = document
        schemaCompiler = SchemaCompiler(document)
    }

    mutating func compile() throws(OpenAPIFault) {
        let bases = try basePaths()
        guard let paths = document.root["paths"]?.object else { throw OpenAPIFault(["paths"], "there are none") }
        for path in paths.keys.sorted() where !path.hasPrefix("x-") {
            guard let value = paths[path] else { continue }
            let place = ["paths", path]
            let (segments, names) = try Self.segments(path, place)
            let number = items.count
            items.append(try item(value, names, place))
            for base in bases where !tree.insert(base + segments, item: number) {
                throw OpenAPIFault(place, "another path is the same but for names")
            }
        }
        try schemaCompiler.checkCircles()
    }

    /// The paths of the servers, which are in front of all others.
    private func basePaths() throws(OpenAPIFault) -> [[String?]] {
        guard let servers = document.root["servers"]?.array, !servers.isEmpty else { return [[]] }
        var found: [[String?]] = []
        for (index, server) in servers.enumerated() {
            let place = ["servers", "\(index)", "url"]
            guard let url = server["url"]?.string else { throw OpenAPIFault(place, "there is none") }
            var path = url[...]
            if let scheme = url.firstRange(of: "://") {
                path = url[scheme.upperBound...]
                path = path[(path.firstIndex(of: "/") ?? path.endIndex)...]
            }
            if path.contains("{") { throw OpenAPIFault(place, "a variable in the path of a server is not supported") }
            let segments = path.split(separator: "/").map { Optional(String($0)) }
            if !found.contains(segments) { found.append(segments) }
        }
        return found
    }

    /// The segments of a path, nil for those with a name, and the names.
    private static func segments(_ path: String, _ place: [String]) throws(OpenAPIFault) -> ([String?], [String]) {
        guard path.hasPrefix("/") else { throw OpenAPIFault(place, "a path begins with a slash") }
        var (segments, names) = ([String?](), [String]())
        for segment in path.dropFirst().split(separator: "/", omittingEmptySubsequences: false) {
            guard segment.contains(where: { $0 == "{" || $0 == "}" }) else {
                segments.append(PercentText.decode(Array(segment.utf8), plusIsSpace: false) ?? String(segment))
                continue
            }
            let name = segment.dropFirst().dropLast()
            guard segment.hasPrefix("{"), segment.hasSuffix("}"), !name.isEmpty,
                !name.contains(where: { "{}".contains($0) })
            else { throw OpenAPIFault(place, "a segment that is a name only in part is not supported") }
            names.append(String(name))
            segments.append(nil)
        }
        return (segments, names)
    }

    // MARK: Operations

    private mutating func item(
        _ value: JSONValue,
        _ names: [String],
        _ place: [String]
    ) throws(OpenAPIFault) -> OpenAPIPlan.Item {
        let (value, place) = try document.resolve(value, place)
        guard let members = value.object else { throw OpenAPIFault(place, "a path is \(value.kind)") }
        if members["servers"] != nil { throw OpenAPIFault(place + ["servers"], "servers of a path are not supported") }
        let shared = try parameters(members["parameters"], place + ["parameters"])
        var item = OpenAPIPlan.Item(names: names)
        for method in Self.methods {
            guard let operation = members[method] else { continue }
            let path = place + [method]
            guard operation.object != nil else { throw OpenAPIFault(path, "an operation is \(operation.kind)") }
            if operation["servers"] != nil {
                throw OpenAPIFault(path + ["servers"], "servers of an operation are not supported")
            }
            let own = try parameters(operation["parameters"], path + ["parameters"])
            var known = OpenAPIPlan.Operation()
            known.parameters =
                own + shared.filter { one in !own.contains { $0.name == one.name && $0.place == one.place } }
            for parameter in known.parameters where parameter.place == .path && !names.contains(parameter.name) {
                throw OpenAPIFault(path, "the path has no segment {\(parameter.name)}")
            }
            if let body = operation["requestBody"] { known.body = try self.body(body, path + ["requestBody"]) }
            item.operations[method.uppercased()] = known
        }
        return item
    }

    private mutating func parameters(
        _ value: JSONValue?,
        _ place: [String]
    ) throws(OpenAPIFault) -> [OpenAPIPlan.Parameter] {
        guard let value else { return [] }
        guard let listed = value.array else { throw OpenAPIFault(place, "it is no list") }
        var found: [OpenAPIPlan.Parameter] = []
        for (index, parameter) in listed.enumerated() {
            if let parameter = try self.parameter(parameter, place + ["\(index)"]) { found.append(parameter) }
        }
        return found
    }

    /// Nil for fields of the request that have rules of their own (OpenAPI 3.0.4 §4.7.12.1).
    private mutating func parameter(
        _ value: JSONValue,
        _ place: [String]
    ) throws(OpenAPIFault) -> OpenAPIPlan.Parameter? {
        let (value, path) = try document.resolve(value, place)
        guard let name = value["name"]?.string else { throw OpenAPIFault(path, "a parameter has no name") }
        guard let `in` = (value["in"]?.string).flatMap(OpenAPIPlan.Parameter.Place.init) else {
            throw OpenAPIFault(path + ["in"], "it is not path, query, header or cookie")
        }
        if `in` == .header, ["accept", "content-type", "authorization"].contains(name.lowercased()) { return nil }
        if value["content"] != nil {
            throw OpenAPIFault(path + ["content"], "a parameter with a media type is not supported")
        }
        let isForm = `in` == .query || `in` == .cookie
        if let style = value["style"]?.string, style != (isForm ? "form" : "simple") {
            throw OpenAPIFault(path + ["style"], "the style '\(style)' is not supported")
        }
        let schema = try value["schema"].map { schema throws(OpenAPIFault) in
            try schemaCompiler.compile(schema, path + ["schema"])
        }
        let kinds = schema.flatMap { schemas.kinds(of: $0) } ?? .string
        if kinds.contains(.object) {
            throw OpenAPIFault(path + ["schema"], "a parameter that is an object is not supported")
        }
        let isList = kinds.contains(.array)
        if isList, `in` == .cookie { throw OpenAPIFault(path + ["schema"], "a cookie that is a list is not supported") }
        return OpenAPIPlan.Parameter(
            name: `in` == .header ? name.lowercased() : name,
            place: `in`,
            isRequired: value["required"]?.bool ?? false || `in` == .path,
            schema: schema,
            list: isList ? (schema.flatMap { schemas.items(of: $0) }, value["explode"]?.bool ?? isForm) : nil,
            allowsEmpty: value["allowEmptyValue"]?.bool ?? false
        )
    }

    private mutating func body(_ value: JSONValue, _ place: [String]) throws(OpenAPIFault) -> OpenAPIPlan.Body {
        let (value, path) = try document.resolve(value, place)
        var body = OpenAPIPlan.Body()
        body.isRequired = value["required"]?.bool ?? false
        guard let content = value["content"]?.object else { throw OpenAPIFault(path + ["content"], "there is none") }
        for name in content.keys.sorted() {
            let range = MediaText.plain(name)
            var schema: Int?
            // What is not JSON is held to its type alone.
            if MediaText.isJSON(range), let described = content[name]?["schema"] {
                schema = try schemaCompiler.compile(described, path + ["content", name, "schema"])
            }
            body.types.append((range, schema))
        }
        // The nearest range is the one that counts.
        body.types.sort { MediaText.rank($0.range) > MediaText.rank($1.range) }
        return body
    }
}

extension Schemas {
    /// The kinds that a schema allows, as far as it says so at once; nil where it does not.
    func kinds(of schema: Int, depth: Int = 0) -> SchemaNode.Kinds? {
        let node = nodes[schema]
        if let kinds = node.kinds { return kinds }
        guard depth < 16 else { return nil }
        return node.allOf.lazy.compactMap { kinds(of: $0, depth: depth + 1) }.first
    }

    /// The schema of a list's elements.
    func items(of schema: Int, depth: Int = 0) -> Int? {
        let node = nodes[schema]
        if let items = node.items { return items }
        guard depth < 16 else { return nil }
        return node.allOf.lazy.compactMap { items(of: $0, depth: depth + 1) }.first
    }
}

/// Media types (RFC 9110 §8.3.1).
enum MediaText {
    /// Without parameters, in lower case.
    static func plain(_ text: String) -> String {
        let type = text.prefix { $0 != ";" }
        return type.filter { $0 != " " && $0 != "\t" }.lowercased()
    }

    static func isJSON(_ plain: String) -> Bool { plain == "application/json" || plain.hasSuffix("+json") }

    /// How near a range is: a type, all of a kind, or all.
    static func rank(_ range: String) -> Int { range == "*/*" ? 0 : range.hasSuffix("/*") ? 1 : 2 }

    static func matches(_ plain: String, _ range: String) -> Bool {
        switch rank(range) {
        case 0: true
        case 1: plain.hasPrefix(range.dropLast())
        default: plain == range
        }
    }
}
