/// `PandoCommands` exists to be the command line of every app: it parses, calls the building blocks, and says in words
/// or in JSON what came of it.

/// What the process tells its caller when it ends.
///
/// | status | means |
/// |---|---|
/// | 0 | done; for a check: nothing is wrong |
/// | 1 | it failed, or a check found something wrong |
/// | 2 | bad input: a flag, a topology, a file; nothing was done |
/// | 130 | broken off by Ctrl-C |
public enum CommandStatus: Int32, Sendable, Codable {
    /// Done; for a check: nothing is wrong.
    case done = 0
    /// It failed, or a check found something wrong.
    case failed = 1
    /// Bad input: a flag, a topology, a file; nothing was done.
    case badInput = 2
    /// Broken off by Ctrl-C.
    case interrupted = 130

    /// The table above, for `--help`.
    static let table = """
        EXIT STATUS
          0 done, 1 failed or something found wrong, 2 bad input (nothing was done), 130 broken off by Ctrl-C
        """
}
