/// Dotted paths into JSON, such as `hotels.name`, as a tree. Lists are gone through and count for nothing.
struct FieldTree: Sendable, Equatable {
    private(set) var members: [String: FieldTree] = [:]
    /// Whether a path ends here: all below is meant.
    private(set) var isWhole = false

    /// The most paths that a client may ask for, and their longest.
    private static let askedLimit = 64
    private static let askedDepth = 16

    /// Nil where there is no path.
    init?(_ paths: some Collection<String>) {
        if paths.isEmpty { return nil }
        for path in paths { insert(path.split(separator: ".")[...]) }
    }

    private init() {}

    private mutating func insert(_ path: ArraySlice<Substring>) {
        guard let first = path.first else { return isWhole = true }
        members[String(first), default: FieldTree()].insert(path.dropFirst())
    }

    /// What a client asks for: paths with commas. Nil for nothing, or for more than anybody needs: then it gets all.
    init?(asked text: String) {
        let paths = text.split(separator: ",").map(String.init)
        guard !paths.isEmpty, paths.count <= Self.askedLimit,
            paths.allSatisfy({ $0.utf8.count { $0 == UInt8(ascii: ".") } < Self.askedDepth })
        else { return nil }
        self.init(paths)
    }
}
