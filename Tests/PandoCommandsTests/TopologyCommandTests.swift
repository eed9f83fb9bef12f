import Foundation
import PandoCommands
import Testing

@Suite struct TopologyCommandTests {
    /// Runs `topology …`.
    static func run(_ arguments: String...) async -> (status: CommandStatus, result: String, notes: String) {
        let recorder = Recorder()
        let status = await CommandRunner.run(TopologyCommand.self, arguments, console: recorder.console())
        return (status, recorder.result, recorder.notes)
    }

    @Test func goodFileThatRunsIsDone() async throws {
        try await withTemporaryFolder { folder in
            let file = folder + "/t.yaml"
            try Data("pando: 1\nrung: laptop\n".utf8).write(to: URL(fileURLWithPath: file))
            let (status, result, notes) = await TopologyCommandTests.run("check", file)
            #expect(status == .done)
            #expect(result == "\(file): rung 1 (laptop): valid, and this version runs it\n")
            #expect(notes.isEmpty)
        }
    }

    @Test func goodFileThatCannotRunYetFails() async throws {
        try await withTemporaryFolder { folder in
            let file = folder + "/t.yaml"
            try Data("pando: 1\nengines: {queue: nats}\n".utf8).write(to: URL(fileURLWithPath: file))
            let (status, result, _) = await TopologyCommandTests.run("check", file, "--json")
            #expect(status == .failed)
            #expect(result.contains(#""runnable":false"#))
            #expect(result.contains(#""keyPath":"engines.queue""#))
            #expect(!result.contains(#""line":"#) && !result.contains(#""file":"""#))
        }
    }

    @Test func withoutAFileCheckAndShowTakeThePreset() async {
        let (status, result, _) = await TopologyCommandTests.run("check")
        #expect(status == .done)
        #expect(result == "preset of rung 1 (laptop): rung 1 (laptop): valid, and this version runs it\n")
        #expect(await TopologyCommandTests.run("show").result.hasPrefix("# preset of rung 1 (laptop): "))
    }

    @Test func everyMistakeIsOneLineWithItsPlace() async throws {
        try await withTemporaryFolder { folder in
            let file = folder + "/t.yaml"
            try Data("pando: 1\nrung: labtop\nengin: {}\n".utf8).write(to: URL(fileURLWithPath: file))
            let text = await TopologyCommandTests.run("check", file)
            #expect(text.status == .badInput)
            #expect(text.result.isEmpty)
            let lines = text.notes.split(separator: "\n")
            #expect(lines.count == 2)
            #expect(lines[0].hasPrefix("topology: \(file):2:7: rung: 'labtop' is not a rung; did you mean 'laptop'?"))
            #expect(lines[1].hasPrefix("topology: \(file):3:1: engin: unknown key; did you mean 'engines'?"))
            let json = await TopologyCommandTests.run("check", file, "--json")
            let body = try JSONDecoder().decode([String: ErrorBody].self, from: Data(json.notes.utf8))
            #expect(body["error"]?.status == 2)
            #expect(body["error"]?.issues.map(\.line) == [2, 3])
        }
    }

    private struct ErrorBody: Decodable {
        struct Issue: Decodable { let line: Int }
        let status: Int
        let issues: [Issue]
    }

    @Test func presetIsAFileToStartFrom() async throws {
        try await withTemporaryFolder { folder in
            let preset = await TopologyCommandTests.run("presets", "laptop")
            let file = folder + "/t.yaml"
            try Data(preset.result.utf8).write(to: URL(fileURLWithPath: file))
            #expect(await TopologyCommandTests.run("check", file).status == .done)
            #expect(
                await TopologyCommandTests.run("moves", file, "1").result == "\(file) and 1 are the same topology\n"
            )
        }
    }

    @Test func ladderHasTenRungs() async {
        let ladder = await TopologyCommandTests.run("presets")
        #expect(ladder.result.split(separator: "\n").count == 10)
        #expect(ladder.result.hasPrefix(" 1  laptop: one process does everything (runs today)\n 2  server: "))
    }

    @Test(arguments: [
        (["--bogus"], "topology: Unknown option '--bogus'; see 'topology --help'\n"),
        (["shwo", "--json-lines"], "topology: 'shwo' is not a command; did you mean 'show'? See 'topology --help'\n"),
        (["elsewhere"], "topology: 'elsewhere' is not a command; see 'topology --help'\n"),
        (
            ["show", "--topologi", "t.yaml"],
            "topology: Unknown option '--topologi'; did you mean '--topology'? See 'topology show --help'\n"
        ),
        (["moves", "1"], "topology: Missing expected argument '<to>'; see 'topology moves --help'\n"),
        (["presets", "11"], "topology: '11' is not a rung; use one of: laptop, server"),
        (
            ["check", "/nonexistent/t.yaml"],
            "topology: /nonexistent/t.yaml: cannot be read (No such file or directory)"
        ),
    ])
    func badInputIsOneLineAndStatusTwo(_ arguments: [String], expected: String) async {
        let recorder = Recorder()
        let status = await CommandRunner.run(TopologyCommand.self, arguments, console: recorder.console())
        #expect(status == .badInput)
        #expect(recorder.notes.hasPrefix(expected))
        #expect(recorder.notes.split(separator: "\n").count == 1)
        #expect(recorder.result.isEmpty)
    }

    @Test func helpIsAResultAndHasExamples() async {
        let help = await TopologyCommandTests.run("check", "--help")
        #expect(help.status == .done)
        #expect(help.result.contains("EXAMPLES"))
        #expect(help.notes.isEmpty)
    }
}
