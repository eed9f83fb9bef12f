import PandoTopology

/// What requests a description allows (OpenAPI 3.0 and 3.1), compiled when the configuration is loaded.
final class OpenAPIPlan: Sendable {
    /// What is known of one method of a path.
    struct Operation: Sendable {
        var parameters: [Parameter] = []
        /// Nil where it takes no content.
        var body: Body?
    }

    /// A value beside the body.
    struct Parameter: Sendable {
        enum Place: String, Sendable { case path, query, header, cookie }

        let name: String
        let place: Place
        let isRequired: Bool
        let schema: Int?
        /// For lists, the schema of the elements, and whether each is a parameter of its own.
        var list: (items: Int?, explodes: Bool)?
        let allowsEmpty: Bool
    }

    struct Body: Sendable {
        var isRequired = false
        /// Media types, or ranges of them such as `text/*`, in lower case; with a schema where they are JSON.
        var types: [(range: String, schema: Int?)] = []
    }

    /// The path as it was described, with what may be done there.
    struct Item: Sendable {
        var names: [String] = []
        var operations: [String: Operation] = [:]
    }

    let configured: EdgeConfiguration.OpenAPI
    let tree: PathTree
    let items: [Item]
    let schemas: Schemas
    private let stamp: LocalFile.Stamp?

    /// Reads the file of a route, or takes what was read of it before.
    ///
    /// - Throws: an issue with the place in the file that is not understood.
    static func load(
        _ configured: EdgeConfiguration.OpenAPI,
        adopting previous: OpenAPIPlan?,
        _ keyPath: String
    ) throws(EdgeIssue) -> OpenAPIPlan {
        let stamp = LocalFile.Stamp(configured.file)
        if let previous, previous.configured == configured, previous.stamp == stamp { return previous }
        guard let bytes = LocalFile(configured.file).contents(limit: OpenAPIDocument.bytesLimit) else {
            let problem = "\(configured.file) cannot be read, or is larger than 16 MiB"
            throw EdgeIssue(.error, "\(keyPath).openAPI", problem, "name an OpenAPI file")
        }
        do throws(OpenAPIFault) {
            return try OpenAPIPlan(configured, bytes, stamp)
        } catch {
            let problem = "\(configured.file), at \(error.pointer): \(error.problem)"
            throw EdgeIssue(.error, "\(keyPath).openAPI", problem, "change the description, or remove 'openAPI'")
        }
    }

    init(
        _ configured: EdgeConfiguration.OpenAPI,
        _ bytes: [UInt8],
        _ stamp: LocalFile.Stamp? = nil
    ) throws(OpenAPIFault) {
        var compiler = OpenAPICompiler(try OpenAPIDocument(reading: bytes))
        try compiler.compile()
        self.configured = configured
        self.stamp = stamp
        (tree, items, schemas) = (compiler.tree, compiler.items, compiler.schemas)
    }
}

/// Described paths by their segments. A plain segment goes before one with a name (OpenAPI 3.0.4 §4.7.8.2).
struct PathTree: Sendable {
    private struct Node: Sendable {
        var plain: [String: Int] = [:]
        var named: Int?
        var item: Int?
    }

    private var nodes = [Node()]

    /// Adds a path, whose named segments are nil; false where there is one like it.
    mutating func insert(_ segments: [String?], item: Int) -> Bool {
        var place = 0
        for segment in segments {
            let known = segment.map { nodes[place].plain[$0] } ?? nodes[place].named
            let next = known ?? nodes.count
            if known == nil {
                nodes.append(Node())
                if let segment { nodes[place].plain[segment] = next } else { nodes[place].named = next }
            }
            place = next
        }
        guard nodes[place].item == nil else { return false }
        nodes[place].item = item
        return true
    }

    /// The item of a path, and what its named segments are.
    func find(_ segments: [String]) -> (item: Int, values: [String])? { find(segments[...], 0) }

    private func find(_ segments: ArraySlice<String>, _ place: Int) -> (item: Int, values: [String])? {
        guard let first = segments.first else { return nodes[place].item.map { ($0, []) } }
        if let next = nodes[place].plain[first], let found = find(segments.dropFirst(), next) { return found }
        guard let next = nodes[place].named, !first.isEmpty, let found = find(segments.dropFirst(), next) else {
            return nil
        }
        return (found.item, [first] + found.values)
    }
}
