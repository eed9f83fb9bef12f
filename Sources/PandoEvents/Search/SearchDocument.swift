public import PandoDatabase

/// What an index knows of one thing.
public struct SearchDocument: Sendable {
    /// The id of the thing, and of the document.
    public let id: Identifier
    /// The values by field. A field that is left out is empty; such a document comes last in a sort by it.
    public let fields: [String: SearchValue]
    /// What a hit gives back as it is, for showing without another read; JSON by convention.
    public let stored: String?

    /// Most UTF-8 bytes of all texts and of ``stored`` together.
    public static let maximumTextBytes = 1 << 20
    /// Most values of one tags field.
    public static let maximumTags = 10_000
    /// Longest keyword or tag, in UTF-8 bytes.
    public static let maximumKeywordBytes = 1024

    /// Makes a document.
    public init(_ id: Identifier, _ fields: [String: SearchValue], stored: String? = nil) {
        self.id = id
        self.fields = fields
        self.stored = stored
    }

    /// Makes a document whose hits give `stored` back.
    /// - Throws: what the value's coding throws.
    public init(_ id: Identifier, _ fields: [String: SearchValue], storing stored: some Encodable) throws {
        self.init(id, fields, stored: try EventCodec.encode(stored))
    }

    /// Checks the document against its index's schema.
    func validate(_ schema: SearchSchema, index: String) throws(EventsError) {
        guard stored.map({ !$0.utf8.contains(0) }) ?? true else {
            throw EventsError(.invalidDocument, "what a document of index \(index) stores holds U+0000")
        }
        var textBytes = stored?.utf8.count ?? 0
        for (name, value) in fields {
            guard let field = schema[name] else {
                throw EventsError(.invalidDocument, "index \(index) has no field \"\(name)\"")
            }
            guard value.fits(field.kind) else {
                throw EventsError(
                    .invalidDocument,
                    "field \"\(name)\" of index \(index) takes \(field.kind.expectation)"
                )
            }
            textBytes += try value.validatedTextBytes(field, index: index)
        }
        guard textBytes <= Self.maximumTextBytes else {
            throw EventsError(
                .invalidDocument,
                "a document of index \(index) has more than \(Self.maximumTextBytes) bytes of text"
            )
        }
    }
}

extension SearchValue {
    /// The bytes that count towards ``SearchDocument/maximumTextBytes``.
    fileprivate func validatedTextBytes(_ field: SearchField, index: String) throws(EventsError) -> Int {
        switch self {
        case .number: return 0
        case .text(let text) where field.kind == .text: return text.utf8.count
        case .text(let keyword):
            try Self.checkKeyword(keyword, field, index)
            return 0
        case .list(let tags):
            guard tags.count <= SearchDocument.maximumTags else {
                throw EventsError(
                    .invalidDocument,
                    "field \"\(field.name)\" of index \(index) has more than \(SearchDocument.maximumTags) values"
                )
            }
            for tag in tags { try Self.checkKeyword(tag, field, index) }
            return 0
        }
    }

    private static func checkKeyword(_ text: String, _ field: SearchField, _ index: String) throws(EventsError) {
        guard text.utf8.count <= SearchDocument.maximumKeywordBytes, !text.utf8.contains(0) else {
            throw EventsError(
                .invalidDocument,
                "a value of field \"\(field.name)\" of index \(index) is over \(SearchDocument.maximumKeywordBytes)"
                    + " bytes or holds U+0000"
            )
        }
    }
}
