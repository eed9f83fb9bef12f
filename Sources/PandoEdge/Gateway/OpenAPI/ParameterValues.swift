/// The values of a request beside its body, as they are asked for.
struct ParameterValues {
    private let request: Head
    private let path: [(String, String)]
    private let query: UnsafeBufferPointer<UInt8>
    /// What is in the query, once somebody has asked for it.
    private var pairs: [(name: String, value: String)]?

    init(_ request: Head, _ path: [(String, String)], _ query: UnsafeBufferPointer<UInt8>) {
        self.request = request
        self.path = path
        self.query = query
    }

    /// All values of a parameter, in their order.
    mutating func values(of parameter: OpenAPIPlan.Parameter) throws(OpenAPIProblem) -> [String] {
        switch parameter.place {
        case .path: path.filter { $0.0 == parameter.name }.map(\.1)
        case .query: try queryPairs().filter { $0.name == parameter.name }.map(\.value)
        case .header: headerValues(parameter)
        case .cookie: RequestKey.cookie(parameter.name, request).map { [$0] } ?? []
        }
    }

    private mutating func queryPairs() throws(OpenAPIProblem) -> [(name: String, value: String)] {
        if let pairs { return pairs }
        var found: [(name: String, value: String)] = []
        for pair in query.split(separator: UInt8(ascii: "&")) {
            let end = pair.firstIndex(of: UInt8(ascii: "=")) ?? pair.endIndex
            guard let key = PercentText.decode(Array(pair[..<end]), plusIsSpace: true),
                let value = PercentText.decode(Array(pair[min(end + 1, pair.endIndex)...]), plusIsSpace: true)
            else { throw OpenAPIProblem(400, "the query is no text in UTF-8") }
            found.append((key, value))
        }
        pairs = found
        return found
    }

    /// A list may come in several lines (RFC 9110 §5.3); anything else may not.
    private func headerValues(_ parameter: OpenAPIPlan.Parameter) -> [String] {
        let lines = request.fields.filter { request.isEqual($0.name, ignoringCaseOf: parameter.name) }
            .map { request.text($0.value) }
        guard parameter.list != nil, !lines.isEmpty else { return lines }
        let elements = lines.flatMap { $0.split(separator: ",") }
        return [elements.map { $0.trimmingBlanks }.joined(separator: ",")]
    }
}

extension Substring {
    fileprivate var trimmingBlanks: Substring {
        let rest = drop { $0 == " " || $0 == "\t" }
        return rest.lastIndex { $0 != " " && $0 != "\t" }.map { rest[...$0] } ?? ""
    }
}
