#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// JSON in a column of type ``ColumnType/json``: the text that was written, byte for byte.
///
/// A `Codable` row needs no `JSONText`: a property whose type is itself `Codable` decodes from the column's JSON.
/// `JSONText` is how such a value is bound: `\(try JSONText(encoding: address))`.
public struct JSONText: Hashable, Sendable, SQLConvertible {
    /// The JSON document.
    public let text: String

    private static let decoder = JSONDecoder()
    private static let encoder: JSONEncoder = {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return encoder
    }()

    /// Takes a document as it is. The column refuses text that is not JSON when it is written.
    public init(_ text: String) {
        self.text = text
    }

    /// Encodes a value, with keys in sorted order so that equal values have equal text.
    ///
    /// - Throws: `EncodingError` where the value cannot be encoded.
    public init(encoding value: some Encodable) throws {
        text = String(decoding: try Self.encoder.encode(value), as: UTF8.self)
    }

    /// Decodes the document.
    ///
    /// - Throws: `DecodingError` where it does not have the type's shape.
    public func decode<T: Decodable>(_ type: T.Type = T.self) throws -> T {
        try Self.decoder.decode(type, from: Data(text.utf8))
    }

    /// The text.
    public var sqlValue: SQLValue { .text(text) }

    /// Decodes a text column.
    public init(sqlValue: SQLValue) throws {
        text = try String(sqlValue: sqlValue)
    }
}
