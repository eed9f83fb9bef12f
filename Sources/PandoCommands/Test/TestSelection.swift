import ArgumentParser
import PandoTopology

/// Which tests run.
struct TestSelection: Sendable {
    /// Regular expressions of names; a test that matches one of them runs. All run without one.
    var filter: [String] = []
    /// Regular expressions of names; a test that matches one of them does not run.
    var skip: [String] = []

    /// As `swift test` takes it.
    var arguments: [String] { filter.flatMap { ["--filter", $0] } + skip.flatMap { ["--skip", $0] } }

    /// Why no test ran.
    var nothing: CommandFailure {
        guard !arguments.isEmpty else {
            return CommandFailure(.badInput, "the package has no test of Swift Testing", remedy: "write one (@Test)")
        }
        let words = filter.map { "--filter '\($0)'" } + skip.map { "--skip '\($0)'" }
        let remedy = "'swift test list' shows their names"
        return CommandFailure(.badInput, "no test is left by \(words.joined(separator: " "))", remedy: remedy)
    }

    /// An engine by its name in a topology.
    static func engine(_ text: String) throws -> DatabaseEngine.Kind {
        guard let kind = DatabaseEngine.Kind(rawValue: text == "postgresql" ? "postgres" : text) else {
            throw ValidationError("'\(text)' is not an engine: use sqlite or postgres.")
        }
        return kind
    }
}
