import Foundation
import PandoDatabase
import Testing

@testable import PandoCommands

@Suite struct ConsoleTests {
    private struct Result: Encodable, CustomStringConvertible {
        let count = 3
        let path = "a/b"
        var description: String { "3 things" }
    }

    @Test func resultIsTextOrOneLineOfJSON() throws {
        let recorder = Recorder()
        var console = recorder.console()
        try console.result(Result())
        console.json = true
        try console.result(Result())
        console.note("only for people")
        #expect(recorder.result == "3 things\n{\"count\":3,\"path\":\"a/b\"}\n")
        #expect(recorder.notes.isEmpty)
    }

    @Test func failureNamesTheCommandOnEachLine() {
        let recorder = Recorder()
        var console = recorder.console()
        console.failure(CommandFailure(.failed, "it broke", remedy: "mend it"), command: "hotel")
        console.failure(CommandFailure(.failed, "one\ntwo"), command: "hotel")
        #expect(recorder.notes == "hotel: it broke; mend it\nhotel: one\nhotel: two\n")
        console.json = true
        console.failure(CommandFailure(.badInput, "it broke", remedy: "mend it"), command: "hotel")
        let expected = #"{"error":{"issues":[],"problem":"it broke","remedy":"mend it","status":2}}"#
        #expect(recorder.notes.hasSuffix(expected + "\n"))
    }

    @Test func codesAreForProgramsOnly() {
        let recorder = Recorder()
        var console = recorder.console()
        let cause = DatabaseError(.full, "no room")
        let failure = CommandFailure(describing: DatabaseError(.inputOutput, "it cannot be written", underlying: cause))
        console.failure(failure, command: "hotel")
        #expect(recorder.notes == "hotel: it cannot be written: no room\n")
        console.json = true
        console.failure(failure, command: "hotel")
        #expect(recorder.notes.contains(#""code":"inputOutput""#))
    }

    @Test func aFileErrorIsToldInTheSystemsWords() async throws {
        try await withTemporaryFolder { folder in
            let error = #expect(throws: (any Error).self) {
                try FileManager.default.createDirectory(atPath: folder + "/a/b", withIntermediateDirectories: false)
            }
            let failure = error.map { CommandFailure(describing: $0) }
            #expect(failure?.problem == "\(folder)/a/b: No such file or directory")
        }
    }

    @Test func aResultThatCannotBeWrittenIsAFailure() async {
        struct Full: Error {}
        let recorder = Recorder()
        let console = Console(result: { _ in throw Full() }, note: { recorder.console().note(String($0.dropLast())) })
        let arguments = ["presets", "--json"]
        #expect(await CommandRunner.run(TopologyCommand.self, arguments, console: console) == .failed)
        #expect(recorder.notes.contains("the result cannot be written to standard output"))
        #expect(await CommandRunner.run(TopologyCommand.self, ["--help"], console: console) == .failed)
    }

    @Test func quickWorkShowsNoProgress() async throws {
        let recorder = Recorder()
        let answer = await recorder.console().progress("working") { progress in
            progress.update(done: 1, of: 2, unit: "steps")
            return 42
        }
        #expect(answer == 42)
        #expect(recorder.notes.isEmpty)
    }

    @Test(.timeLimit(.minutes(1))) func longWorkShowsHowFarItIs() async {
        let recorder = Recorder()
        await recorder.console().progress("copying") { progress in
            progress.update(done: 1, of: 4, unit: "pages")
            await recorder.waitForOutput()
        }
        #expect(recorder.notes.hasPrefix("copying… 25 % (1 of 4 pages) 1 s\n"))
    }

    @Test(.timeLimit(.minutes(1))) func longWorkNamesItsPhase() async {
        let recorder = Recorder()
        var console = recorder.console()
        console.json = true
        await console.progress("preparing") { progress in
            progress.update("half", doing: "loading")
            await recorder.waitForOutput()
        }
        #expect(recorder.notes.hasPrefix(#"{"progress":{"detail":"half","doing":"loading","seconds":1}}"#))
    }

    @Test(.timeLimit(.minutes(1))) func progressOnATerminalIsWrittenOver() async {
        let recorder = Recorder()
        await recorder.console(isTerminal: true).progress("copying") { _ in
            await recorder.waitForOutput()
        }
        #expect(recorder.notes.hasPrefix("\rcopying… 1 s"))
        #expect(recorder.notes.hasSuffix("\r"))
    }
}
