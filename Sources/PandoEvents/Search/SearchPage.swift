public import PandoDatabase

/// One page of hits.
public struct SearchPage: Sendable {
    /// The hits, in the order that was asked for.
    public let hits: [SearchHit]
    /// The cursor of the next page; `nil` after the last hit.
    ///
    /// Going on from it neither repeats nor skips a document that was left alone in between, whatever is put or removed
    /// around it, and it stays good across a rebuild of the index.
    public let next: String?
    /// How many hits there are on all pages; `nil` if nothing was to be counted.
    public let count: BoundedCount?
}

/// One document found.
public struct SearchHit: Sendable, Equatable {
    /// The document's id.
    public let id: Identifier
    /// What the document gave to be stored.
    public let stored: String?

    /// What the document gave to be stored, decoded.
    /// - Throws: `DecodingError`; also if nothing was stored.
    public func decode<T: Decodable>(_ type: T.Type = T.self) throws -> T {
        try EventCodec.decode(type, from: stored ?? "")
    }
}

/// A count that stops at a bound.
public struct BoundedCount: Sendable, Hashable, CustomStringConvertible {
    /// How many there are, or the bound.
    public let value: Int
    /// False if there are more than ``value``.
    public let isExact: Bool

    /// `42`, or `1000+`.
    public var description: String { isExact ? "\(value)" : "\(value)+" }
}
