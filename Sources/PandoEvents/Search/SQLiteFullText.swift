import PandoDatabase

/// Full text on SQLite: a table of FTS5 with a column for each text.
///
/// The tokenizer has nothing to decide: `ascii` takes every character beyond ASCII for a part of a word. Positions are kept
/// for phrases; sizes are not, since relevance does not use them. Beginnings of one and two letters have an index of their
/// own, which makes them as quick as whole words.
///
/// https://www.sqlite.org/fts5.html
struct SQLiteFullText: FullText {
    let table: String
    let columns: [String]

    var creation: [SQL] {
        [
            """
            CREATE VIRTUAL TABLE \(raw: table) USING fts5(\(raw: columns.joined(separator: ", ")),
                tokenize = 'ascii', columnsize = 0, prefix = '1 2')
            """
        ]
    }

    func insertion(_ number: Int, _ words: [IndexText]) -> SQL {
        let names = columns.map { ", " + $0 }.joined()
        let values = words.map { ", \($0.joined)" as SQL }.joined(by: "")
        return "INSERT INTO \(raw: table) (rowid\(raw: names)) VALUES (\(number)\(values))"
    }

    func replacement(_ number: Int, _ words: [IndexText]) -> [SQL] {
        [removal(number), insertion(number, words)]
    }

    func removal(_ number: Int) -> SQL { "DELETE FROM \(raw: table) WHERE rowid = \(number)" }

    func matches(_ match: SearchMatch) -> SQL {
        let expression = ([match.wanted] + match.unwanted).map(Self.expression).joined(separator: " NOT ")
        return "SELECT rowid AS number FROM \(raw: table) WHERE \(raw: table) MATCH \(expression)"
    }

    /// The match expression of a part. Phrases are quoted and made of letters and digits, columns are the schema's, so that
    /// nothing a person types is an operator.
    static func expression(_ part: SearchMatch.Part) -> String {
        let all = part.terms.map { phrases in "(" + phrases.map(expression).joined(separator: " OR ") + ")" }
        return "({\(part.fields.map(\.column).joined(separator: " "))} : (\(all.joined(separator: " AND "))))"
    }

    private static func expression(_ phrase: SearchPhrase) -> String {
        "\"\(phrase.words.joined(separator: " "))\"" + (phrase.isPrefix ? " *" : "")
    }
}
