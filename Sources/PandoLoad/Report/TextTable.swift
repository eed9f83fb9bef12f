/// A table in fixed-width text: the first column to the left, the others to the right.
struct TextTable {
    private var rows: [[String]] = []

    init(_ header: [String]) { rows = [header] }

    mutating func add(_ row: [String]) {
        precondition(row.count == rows[0].count, "a row has as many cells as the header")
        rows.append(row)
    }

    /// The lines of the table, each ending in a line feed, with no blanks at the ends.
    var text: String {
        var widths = rows[0].map { _ in 0 }
        for row in rows { for (column, cell) in row.enumerated() { widths[column] = max(widths[column], cell.count) } }
        return rows.map { row in
            let line = row.enumerated().map { column, cell in
                let blanks = String(repeating: " ", count: widths[column] - cell.count)
                return column == 0 ? cell + blanks : blanks + cell
            }
            let joined = line.joined(separator: "  ")
            return (joined.last == " " ? String(joined.reversed().drop { $0 == " " }.reversed()) : joined) + "\n"
        }.joined()
    }
}
