extension String {
    /// The text without white space at its ends.
    var trimmed: String {
        var slice = self[...]
        while slice.first?.isWhitespace == true { slice.removeFirst() }
        while slice.last?.isWhitespace == true { slice.removeLast() }
        return String(slice)
    }

    /// What follows the last slash of a path.
    var lastPathComponent: String {
        String(split(separator: "/").last ?? self[...])
    }
}
