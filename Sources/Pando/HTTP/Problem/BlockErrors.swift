/// How the errors of the building blocks look to a client.
///
/// One function for each block, so that a new code of a block is decided on here and nowhere else.
enum BlockErrors {
    /// The problem for an error of a block, or nil if it is none.
    static func problem(for error: any Error) -> Problem? {
        nil
    }
}
