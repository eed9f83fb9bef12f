/// What to look for, as PostgreSQL takes it.
///
/// For a vector with places the `tsquery` is exact. For one without (``PostgresVector``) it finds too much at most, and the
/// plain words decide. Phrases are quoted and made of letters and digits, so that nothing a person types is an operator.
struct PostgresTextQuery: Sendable {
    /// The text form of the `tsquery`.
    let literal: String
    /// What the plain words of a document must hold, and after a slash each part that they must not: terms with semicolons in
    /// between, each of them phrases with bars in between.
    let check: String
    /// Number of words in the query.
    let size: Int

    /// Most words in a query, which PostgreSQL takes a second to look for.
    static let maximumSize = 30_000
    /// Words of a phrase that are looked for in vectors without places.
    private static let sampled = 8

    /// Makes the query for an index with these texts.
    init(_ match: SearchMatch, _ texts: [SearchField]) {
        var builder = Builder(texts)
        var exact = builder.query(match.wanted)
        for part in match.unwanted { exact += " & !(\(builder.query(part)))" }
        // Without phrases the first part serves vectors without places just as well.
        if match.wanted.terms.contains(where: { $0.contains { $0.words.count > 1 } }) {
            let sample = builder.query(match.wanted, sampling: Self.sampled)
            exact = "(\(exact)) | ('\(PostgresVector.withoutPlaces)' & \(sample))"
        }
        literal = "(\(exact)) | '\(PostgresVector.withoutWords)'"
        size = builder.size
        check = ([match.wanted] + match.unwanted).map(builder.check).joined(separator: "/")
    }
}

/// Writes queries and counts their words.
private struct Builder {
    private let letters: [SearchField: String]
    private(set) var size = 0

    init(_ texts: [SearchField]) {
        letters = Dictionary(uniqueKeysWithValues: zip(texts, PostgresVector.letters))
    }

    private func letter(_ field: SearchField) -> String {
        guard let letter = letters[field] else { preconditionFailure("\(field.name) is no text of this index") }
        return letter
    }

    /// The query for all terms of a part.
    /// - Parameter sampling: how many words of a phrase are asked for, in any place; nil for all in their places.
    mutating func query(_ part: SearchMatch.Part, sampling: Int? = nil) -> String {
        var terms: [String] = []
        for phrases in part.terms {
            var alternatives: [String] = []
            for field in part.fields {
                if let sampling {
                    alternatives += phrases.map { sample($0, sampling, letter(field)) }
                } else {
                    alternatives += self.alternatives(phrases, letter(field))
                }
            }
            terms.append("(\(Self.any(alternatives[...])))")
        }
        return terms.joined(separator: " & ")
    }

    /// The phrases as queries. Long ones that end alike share their end: they differ in where a space is looked for, which is
    /// near the beginning.
    private mutating func alternatives(_ phrases: [SearchPhrase], _ letter: String) -> [String] {
        let head = SearchPhrase.longestSpaced
        var queries = phrases.filter { $0.words.count <= head }.map { "(\(chain($0.words, $0.isPrefix, letter)))" }
        let long = Dictionary(grouping: phrases.filter { $0.words.count > head }) { phrase in
            SearchPhrase(Array(phrase.words[head...]), isPrefix: phrase.isPrefix)
        }
        for (end, phrases) in long {
            let heads = phrases.map { "(\(chain(Array($0.words[..<head]), false, letter)))" }
            queries.append("((\(Self.any(heads[...]))) <-> \(chain(end.words, end.isPrefix, letter)))")
        }
        return queries
    }

    /// One of some queries, as a tree of little depth: PostgreSQL calls itself for each step down, and runs out of stack in a
    /// list of ten thousand.
    private static func any(_ queries: ArraySlice<String>) -> String {
        guard queries.count > 8 else { return queries.joined(separator: " | ") }
        let middle = queries.startIndex + queries.count / 2
        return "(\(any(queries[..<middle]))) | (\(any(queries[middle...])))"
    }

    /// Words that follow each other.
    private mutating func chain(_ words: [String], _ isPrefix: Bool, _ letter: String) -> String {
        size += words.count
        return words.map { "'\(letter)\($0)'" }.joined(separator: " <-> ") + (isPrefix ? ":*" : "")
    }

    private mutating func sample(_ phrase: SearchPhrase, _ count: Int, _ letter: String) -> String {
        size += min(count, phrase.words.count)
        let isWhole = phrase.words.count <= count
        let words = phrase.words.prefix(count).map { "'\(letter)\($0)'" }.joined(separator: " & ")
        return "(\(words)\(phrase.isPrefix && isWhole ? ":*" : ""))"
    }

    /// The phrases of a part as they stand in plain words.
    func check(_ part: SearchMatch.Part) -> String {
        part.terms.map { phrases in
            part.fields.flatMap { field in phrases.map { plain($0, letter(field)) } }.joined(separator: "|")
        }.joined(separator: ";")
    }

    private func plain(_ phrase: SearchPhrase, _ letter: String) -> String {
        " " + phrase.words.map { letter + $0 }.joined(separator: " ") + (phrase.isPrefix ? "" : " ")
    }
}
