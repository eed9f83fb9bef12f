extension OpenAPIPlan {
    /// What is to be done with a request before it is passed on.
    enum Verdict {
        case pass
        /// Its body is to be held to a schema.
        case gather(schema: Int)
    }

    /// Holds all of a request but its body to the description, by the path that the client sent.
    func judge(_ request: Head, hasBody: Bool) throws(OpenAPIProblem) -> Verdict {
        let target = request.bytes(request.target)
        let end = target.firstIndex(of: UInt8(ascii: "?")) ?? target.count
        guard let segments = Self.segments(target[..<end]) else {
            throw OpenAPIProblem(400, "the path is no text in UTF-8")
        }
        guard let found = tree.find(segments) else {
            if configured.allowUnknown { return .pass }
            throw OpenAPIProblem(404, "the description has no such path")
        }
        let item = items[found.item]
        let operation = try operation(of: request, item)
        let query = UnsafeBufferPointer(rebasing: target[min(end + 1, target.count)...])
        var values = ParameterValues(request, zip(item.names, found.values).map { ($0, $1) }, query)
        var problem = OpenAPIProblem(400, "the request does not fit the description")
        for parameter in operation.parameters {
            guard let wrong = try check(parameter, &values) else { continue }
            problem.details.append(.init(part: parameter.place.rawValue, place: parameter.name, problem: wrong))
        }
        if !problem.details.isEmpty { throw problem }
        return try judgeBody(request, operation, hasBody: hasBody)
    }

    private static func segments(_ path: some Collection<UInt8>) -> [String]? {
        var segments: [String] = []
        for segment in path.dropFirst().split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false) {
            guard let text = PercentText.decode(Array(segment), plusIsSpace: false) else { return nil }
            segments.append(text)
        }
        return segments
    }

    private func operation(of request: Head, _ item: Item) throws(OpenAPIProblem) -> Operation {
        let method = request.text(request.methodName)
        if let known = item.operations[method] { return known }
        if request.method == .head, let known = item.operations["GET"] { return known }
        var problem = OpenAPIProblem(405, "the description has no such method here")
        let names = item.operations.keys.sorted()
        problem.allow = (names + (names.contains("GET") && !names.contains("HEAD") ? ["HEAD"] : [])).joined(
            separator: ", "
        )
        throw problem
    }

    // MARK: Parameters

    /// What is wrong with a parameter; nil where nothing is.
    private func check(_ parameter: Parameter, _ values: inout ParameterValues) throws(OpenAPIProblem) -> String? {
        let given = try values.values(of: parameter)
        guard let first = given.first else { return parameter.isRequired ? "it is missing" : nil }
        if first.isEmpty, given.count == 1, parameter.allowsEmpty { return nil }
        guard let schema = parameter.schema else { return nil }
        if let list = parameter.list {
            let texts =
                list.explodes && parameter.place == .query ? given : first.split(separator: ",").map(String.init)
            let elements = texts.map { text in
                list.items.map { best(text, $0) } ?? .string(text)
            }
            return wrong(.array(elements), schema, first.utf8.count)
        }
        // Of two values servers take the first, the last, or both.
        if given.count > 1 { return "it is there more than once" }
        return wrong(best(first, schema), schema, first.utf8.count)
    }

    private func wrong(_ value: JSONValue, _ schema: Int, _ count: Int) -> String? {
        SchemaCheck.issues(value, schema, schemas, bytes: count).first?.problem
    }

    /// What a text stands for: the number or boolean that it looks like where the schema takes it, else the text.
    private func best(_ text: String, _ schema: Int) -> JSONValue {
        let plain = (try? JSONValue(reading: Array(text.utf8))) ?? .null  // Most texts are no JSON.
        let isScalar = plain.number != nil || plain.bool != nil
        let takes = isScalar && SchemaCheck.issues(plain, schema, schemas, bytes: text.utf8.count).isEmpty
        if takes { return plain }
        // A number that is too large is to be told so, and not that it is a text.
        let kinds = schemas.kinds(of: schema) ?? .string
        return isScalar && !kinds.contains(.string) ? plain : .string(text)
    }

    // MARK: The body

    private func judgeBody(
        _ request: Head,
        _ operation: Operation,
        hasBody: Bool
    ) throws(OpenAPIProblem) -> Verdict {
        guard let body = operation.body else {
            if hasBody { throw OpenAPIProblem(400, "the description has no content here") }
            return .pass
        }
        guard hasBody else {
            if body.isRequired { throw OpenAPIProblem(400, "the content is missing") }
            return .pass
        }
        let type = request.first(.contentType).map { request.text($0) } ?? ""
        let plain = MediaText.plain(type)
        guard !plain.isEmpty, request.fields.count(where: { $0.id == .contentType }) == 1,
            let known = body.types.first(where: { MediaText.matches(plain, $0.range) })
        else { throw OpenAPIProblem(415, "the description has no content of this type here") }
        guard MediaText.isJSON(plain), let schema = known.schema else { return .pass }
        // What cannot be read cannot be held to anything.
        if request.has(.contentEncoding) { throw OpenAPIProblem(415, "the content is encoded") }
        let charset = type.lowercased().firstRange(of: "charset=").map { type.lowercased()[$0.upperBound...] }
        if let charset, !charset.hasPrefix("utf-8"), !charset.hasPrefix("\"utf-8\"") {
            throw OpenAPIProblem(415, "JSON is UTF-8")
        }
        return .gather(schema: schema)
    }

    /// Holds a body to its schema.
    func check(_ body: UnsafeBufferPointer<UInt8>, _ schema: Int) throws(OpenAPIProblem) {
        let value: JSONValue
        do throws(JSONFault) {
            value = try JSONValue(reading: body)
        } catch {
            throw OpenAPIProblem(400, "the content is no JSON: \(error.problem), at byte \(error.place)")
        }
        let issues = SchemaCheck.issues(value, schema, schemas, bytes: body.count)
        guard !issues.isEmpty else { return }
        var problem = OpenAPIProblem(400, "the content does not fit the description")
        problem.details = issues.map { .init(part: "body", place: $0.pointer, problem: $0.problem) }
        throw problem
    }
}
