import FoundationEssentials
import PandoDatabase

/// Where a page ended: the sort key of its last hit, bound to the query that it belongs to.
///
/// It holds nothing secret and is only ever bound as a parameter, so it is checked, not signed: damage and mix-ups are
/// told, and a forged one does no more than another page would.
struct SearchCursor: Equatable, Sendable {
    /// The values of the sort key before the id.
    enum Key: Equatable, Sendable, Codable {
        case relevance(tier: Int, length: Int)
        case text(String)
        case number(Double)
        case missing
    }

    let key: Key
    let id: Identifier

    private struct Body: Codable {
        let key: Key
        let id: Identifier
        /// Of the text, filters and sort.
        let query: UInt64
    }

    /// The cursor as text that is safe in a URL: an eight-byte check sum and the JSON, in base64url (RFC 4648, section
    /// 5).
    func encoded(for query: SearchQuery, index: String) throws -> String {
        let body = try EventCodec.encode(Body(key: key, id: id, query: query.fingerprint(index: index)))
        let check = FNV1a.hash(body.utf8)
        let bytes = (0..<8).map { UInt8(truncatingIfNeeded: check >> (8 * $0)) } + Array(body.utf8)
        return Data(bytes).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing(
            "=",
            with: ""
        )
    }

    init(key: Key, id: Identifier) {
        self.key = key
        self.id = id
    }

    /// Reads a cursor back.
    /// - Throws: ``EventsError`` with `invalidCursor`.
    init(_ text: String, for query: SearchQuery, index: String) throws(EventsError) {
        guard let body = Self.body(text) else {
            throw EventsError(.invalidCursor, "the cursor is damaged; begin again without one")
        }
        guard body.query == query.fingerprint(index: index), body.key.fits(query.sort) else {
            throw EventsError(
                .invalidCursor,
                "the cursor belongs to a search with other text, filters or order; begin again without one"
            )
        }
        self.init(key: body.key, id: body.id)
    }

    private static func body(_ text: String) -> Body? {
        guard text.utf8.count <= 16_384 else { return nil }
        let padding = String(repeating: "=", count: (4 - text.utf8.count % 4) % 4)
        let base64 = text.replacing("-", with: "+").replacing("_", with: "/") + padding
        guard let bytes = Data(base64Encoded: base64), bytes.count > 8 else { return nil }
        let check = bytes.prefix(8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        let body = String(decoding: bytes.dropFirst(8), as: UTF8.self)
        guard FNV1a.hash(body.utf8) == check else { return nil }
        // A well-summed body of another form is damage as well, and so is a key that no document can have.
        guard let body = try? EventCodec.decode(Body.self, from: body), !body.key.holdsZero else { return nil }
        return body
    }
}

extension SearchCursor.Key {
    /// Whether the key holds U+0000, which no engine stores.
    fileprivate var holdsZero: Bool { if case .text(let text) = self { text.utf8.contains(0) } else { false } }

    fileprivate func fits(_ sort: SearchSort) -> Bool {
        switch (self, sort) {
        case (.relevance, .relevance): true
        case (.text, .ascending), (.number, .ascending), (.missing, .ascending): true
        case (.text, .descending), (.number, .descending), (.missing, .descending): true
        case (.relevance, _), (_, .relevance): false
        }
    }
}

extension SearchQuery {
    /// The same for all pages of one search.
    func fingerprint(index: String) -> UInt64 {
        FNV1a.hash("\(index) \(text.utf8.count) \(text) \(sort) \(filters)".utf8)
    }
}

/// The hash of Fowler, Noll and Vo, variant 1a, 64 bits: the same in every process.
enum FNV1a {
    static let start: UInt64 = 0xcbf2_9ce4_8422_2325

    static func hash(_ bytes: some Sequence<UInt8>, from start: UInt64 = start) -> UInt64 {
        bytes.reduce(start) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
    }
}
