import PandoDatabase

/// The full-text table of one generation of an index: all that an engine does in its own way when it searches.
///
/// The words come split, folded and separated by spaces (``IndexText``), so that no engine's own idea of a word decides
/// anything, and all engines find the same.
protocol FullText: Sendable {
    /// The statements that make the table.
    var creation: [SQL] { get }

    /// Adds the words of a document, those of one text after those of another, in the order of the schema.
    func insertion(_ number: Int, _ words: [IndexText]) -> SQL

    /// Puts other words in place of a document's.
    func replacement(_ number: Int, _ words: [IndexText]) -> [SQL]

    /// Takes a document's words away.
    func removal(_ number: Int) -> SQL

    /// A SELECT of the numbers, as `number`, of the documents that fit.
    /// - Throws: ``EventsError`` with `invalidQuery` where the engine cannot search for so much at once.
    func matches(_ match: SearchMatch) throws(EventsError) -> SQL
}
