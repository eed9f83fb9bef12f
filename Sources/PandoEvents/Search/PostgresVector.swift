/// The words of a document as PostgreSQL keeps them.
///
/// A `tsvector` knows no place beyond 16,383, keeps 255 places of one word, and is not larger than a megabyte. A document
/// beyond that has its words without places, and those of the largest have not even that; ``words`` then says what is exact.
struct PostgresVector: Sendable {
    /// The text form of the `tsvector`.
    let literal: String
    /// The words in order with a space around each, where the vector does not say all; else nil.
    let words: String?

    /// Stands in every vector without places.
    static let withoutPlaces = "*"
    /// Stands alone in the vector of a document with more words than a vector holds.
    static let withoutWords = "**"

    private static let maximumPlace = 16_382
    private static let maximumPlaces = 255
    private static let maximumBytes = 1_000_000

    /// Makes the vector of texts in the order of the schema.
    init(_ texts: [IndexText]) {
        var places: [String: [Int]] = [:]
        for (text, letter) in zip(texts, Self.letters) {
            for (index, word) in text.words.enumerated() { places[letter + word, default: []].append(index + 1) }
        }
        let bytes = places.keys.reduce(0) { $0 + $1.utf8.count + 4 }
        // Each text counts its places anew: words of two texts are never one phrase, since their letters differ.
        let isExact =
            texts.allSatisfy { $0.words.count <= Self.maximumPlace }
            && places.values.allSatisfy { $0.count <= Self.maximumPlaces }
            && bytes + 2 * texts.reduce(0) { $0 + $1.words.count } <= Self.maximumBytes
        if isExact {
            literal = places.map { "'\($0)':\($1.map(String.init).joined(separator: ","))" }.joined(separator: " ")
            words = nil
            return
        }
        let lexemes = bytes <= Self.maximumBytes ? Array(places.keys) + [Self.withoutPlaces] : [Self.withoutWords]
        literal = lexemes.map { "'\($0)'" }.joined(separator: " ")
        words = zip(texts, Self.letters).reduce(into: " ") { all, text in
            for word in text.0.words { all += text.1 + word + " " }
        }
    }

    /// The letters that stand for the texts of a schema, in its order.
    static let letters = "abcdefghijklmnopqrstuvwxyzABCDEF".map(String.init)
}
