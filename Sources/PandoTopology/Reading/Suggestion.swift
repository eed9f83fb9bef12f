/// Finds the word that a person probably meant.
public enum Suggestion {
    /// The candidate nearest to `word`, where it is near enough to be a slip: at most a third of its letters differ.
    ///
    /// - Complexity: O(candidates × length²); words above 64 scalars have no suggestion.
    public static func nearest(to word: String, among candidates: [String]) -> String? {
        let word = Array(word.lowercased().unicodeScalars)
        guard !word.isEmpty, word.count <= 64 else { return nil }
        let ranked = candidates.map { (name: $0, distance: distance(word, Array($0.lowercased().unicodeScalars))) }
        guard let best = ranked.min(by: { $0.distance < $1.distance }) else { return nil }
        let longest = max(word.count, best.name.unicodeScalars.count)
        return best.distance * 3 <= longest ? best.name : nil
    }

    /// Edits (insert, remove, replace, swap of neighbours) between two words: optimal string alignment.
    static func distance(_ left: [Unicode.Scalar], _ right: [Unicode.Scalar]) -> Int {
        var beforeLast: [Int] = []
        var last = Array(0...right.count)
        for row in 0..<left.count {
            var current = [row + 1]
            for column in 0..<right.count {
                let replaced = last[column] + (left[row] == right[column] ? 0 : 1)
                var best = min(last[column + 1] + 1, current[column] + 1, replaced)
                if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
                    best = min(best, beforeLast[column - 1] + 1)
                }
                current.append(best)
            }
            (beforeLast, last) = (last, current)
        }
        return last[right.count]
    }

    /// `did you mean 'x'?` or the list of what is known, as the end of a sentence.
    package static func hint(for word: String, among candidates: [String]) -> String {
        let list = candidates.joined(separator: ", ")
        guard let near = nearest(to: word, among: candidates) else { return "use one of: \(list)" }
        return "did you mean '\(near)'? (known: \(list))"
    }
}
