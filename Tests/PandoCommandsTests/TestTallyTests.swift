import Foundation
import Testing

@testable import PandoCommands

/// What Swift Testing 6.3 wrote about a suite of each kind of test, cut to the lines and fields that matter.
@Suite struct TestTallyTests {
    private static let stream = #"""
        {"kind":"test","payload":{"id":"FixTests.Alpha","kind":"suite","name":"Alpha"},"version":0}
        {"kind":"test","payload":{"id":"FixTests.Alpha\/passes()\/A.swift:5:6","kind":"function","name":"passes()"},"version":0}
        {"kind":"test","payload":{"displayName":"a display name","id":"FixTests.Alpha\/fails()\/A.swift:6:6","kind":"function","name":"fails()"},"version":0}
        {"kind":"test","payload":{"id":"FixTests.Alpha\/params(n:)\/A.swift:7:6","isParameterized":true,"kind":"function","name":"params(n:)"},"version":0}
        {"kind":"test","payload":{"id":"FixTests.Alpha\/skipped()\/A.swift:9:6","kind":"function","name":"skipped()"},"version":0}
        {"kind":"test","payload":{"id":"FixTests.Alpha\/known()\/A.swift:11:6","kind":"function","name":"known()"},"version":0}
        {"kind":"test","payload":{"id":"FixTests.Alpha\/cancelled()\/A.swift:13:6","kind":"function","name":"cancelled()"},"version":0}
        {"kind":"test","payload":{"id":"FixTests.free()\/A.swift:17:2","kind":"function","name":"free()"},"version":0}
        {"kind":"event","payload":{"instant":{"absolute":100.25,"since1970":1},"kind":"runStarted","messages":[{"symbol":"default","text":"Test run started."}]},"version":0}
        {"kind":"event","payload":{"kind":"testStarted","messages":[],"testID":"FixTests.Alpha"},"version":0}
        {"kind":"event","payload":{"kind":"testStarted","messages":[],"testID":"FixTests.Alpha\/passes()\/A.swift:5:6"},"version":0}
        {"kind":"event","payload":{"kind":"testEnded","messages":[],"testID":"FixTests.Alpha\/passes()\/A.swift:5:6"},"version":0}
        {"kind":"event","payload":{"kind":"testStarted","messages":[],"testID":"FixTests.Alpha\/fails()\/A.swift:6:6"},"version":0}
        {"kind":"event","payload":{"issue":{"isKnown":false,"sourceLocation":{"_filePath":"\/fix\/Tests\/FixTests\/A.swift","column":44,"fileID":"FixTests\/A.swift","line":6}},"kind":"issueRecorded","messages":[{"symbol":"fail","text":"Expectation failed: 1 == 2"},{"symbol":"details","text":"one is not two"}],"testID":"FixTests.Alpha\/fails()\/A.swift:6:6"},"version":0}
        {"kind":"event","payload":{"issue":{"isKnown":false,"sourceLocation":{"column":97,"fileID":"FixTests\/A.swift","line":6}},"kind":"issueRecorded","messages":[{"symbol":"fail","text":"Expectation failed: 3 == 4"}],"testID":"FixTests.Alpha\/fails()\/A.swift:6:6"},"version":0}
        {"kind":"event","payload":{"kind":"testEnded","messages":[],"testID":"FixTests.Alpha\/fails()\/A.swift:6:6"},"version":0}
        {"kind":"event","payload":{"kind":"testStarted","messages":[],"testID":"FixTests.Alpha\/params(n:)\/A.swift:7:6"},"version":0}
        {"kind":"event","payload":{"_testCase":{"displayName":"1","id":"x"},"kind":"testCaseStarted","messages":[],"testID":"FixTests.Alpha\/params(n:)\/A.swift:7:6"},"version":0}
        {"kind":"event","payload":{"_testCase":{"displayName":"2","id":"x"},"issue":{"isKnown":false,"sourceLocation":{"column":55,"fileID":"FixTests\/A.swift","line":7}},"kind":"issueRecorded","messages":[{"symbol":"fail","text":"Expectation failed: (n → 2) != 2"}],"testID":"FixTests.Alpha\/params(n:)\/A.swift:7:6"},"version":0}
        {"kind":"event","payload":{"kind":"testEnded","messages":[],"testID":"FixTests.Alpha\/params(n:)\/A.swift:7:6"},"version":0}
        {"kind":"event","payload":{"kind":"testSkipped","messages":[],"testID":"FixTests.Alpha\/skipped()\/A.swift:9:6"},"version":0}
        {"kind":"event","payload":{"kind":"testStarted","messages":[],"testID":"FixTests.Alpha\/known()\/A.swift:11:6"},"version":0}
        {"kind":"event","payload":{"issue":{"isKnown":true},"kind":"issueRecorded","messages":[{"symbol":"passWithKnownIssue","text":"Expectation failed: 1 == 2"}],"testID":"FixTests.Alpha\/known()\/A.swift:11:6"},"version":0}
        {"kind":"event","payload":{"kind":"testEnded","messages":[],"testID":"FixTests.Alpha\/known()\/A.swift:11:6"},"version":0}
        {"kind":"event","payload":{"kind":"testStarted","messages":[],"testID":"FixTests.Alpha\/cancelled()\/A.swift:13:6"},"version":0}
        {"kind":"event","payload":{"kind":"testCancelled","messages":[],"testID":"FixTests.Alpha\/cancelled()\/A.swift:13:6"},"version":0}
        {"kind":"event","payload":{"kind":"testCaseCancelled","messages":[],"testID":"FixTests.Alpha\/cancelled()\/A.swift:13:6"},"version":0}
        {"kind":"event","payload":{"kind":"testEnded","messages":[],"testID":"FixTests.Alpha\/cancelled()\/A.swift:13:6"},"version":0}
        {"kind":"event","payload":{"kind":"testEnded","messages":[],"testID":"FixTests.Alpha"},"version":0}
        {"kind":"event","payload":{"kind":"testStarted","messages":[],"testID":"FixTests.free()\/A.swift:17:2"},"version":0}
        {"kind":"event","payload":{"kind":"testEnded","messages":[],"testID":"FixTests.free()\/A.swift:17:2"},"version":0}
        {"kind":"event","payload":{"instant":{"absolute":102.75,"since1970":1},"kind":"runEnded","messages":[]},"version":0}

        """#

    private func tally(_ lines: [Substring], _ ending: String?) throws -> TestTally {
        var tally = TestTally(folder: "/fix/")
        for line in lines { tally.take(try TestEvent(line: Data(line.utf8))) }
        tally.finish(ending)
        return tally
    }

    private var lines: [Substring] { Self.stream.split(separator: "\n") }

    @Test func everyTestIsCountedOnce() throws {
        let tally = try tally(lines, "ended with status 1")
        #expect(tally.tests == 7)
        #expect(tally.passed == 3)
        #expect(tally.skipped == 2)
        #expect(tally.failed == 2)
        #expect(tally.notRun == 0)
        #expect(tally.done == 7)
        #expect(tally.seconds == 2.5)
    }

    @Test func aFailureIsTheFirstOfItsTestWithPlaceAndArguments() throws {
        let failures = try tally(lines, "ended with status 1").failures
        #expect(
            failures == [
                TestTally.Failure(
                    test: "FixTests.Alpha/fails()",
                    message: "Expectation failed: 1 == 2\none is not two",
                    place: "Tests/FixTests/A.swift:6"
                ),
                TestTally.Failure(
                    test: "FixTests.Alpha/params(n:)",
                    message: "Expectation failed: (n → 2) != 2",
                    place: "FixTests/A.swift:7",
                    arguments: "2"
                ),
            ]
        )
    }

    @Test func aProcessThatDiesFailsTheTestThatRanAndLeavesTheRest() throws {
        let died = try tally(Array(lines.prefix { !$0.contains("testSkipped") }.dropLast(2)), "was ended by signal 9")
        #expect(died.failures.last?.test == "FixTests.Alpha/params(n:)")
        #expect(died.passed == 1)
        #expect(died.failed == 2)
        #expect(died.notRun == 4)
        let between = try tally(Array(lines.prefix { !$0.contains("fails()\\/A.swift:6:6\"},\"version") }), nil)
        #expect(between.failures.map(\.message) == ["the run ended before its last test"])
        let running = try tally(Array(lines.prefix(11)), "was ended by signal 4")
        #expect(running.failures.map(\.test) == ["FixTests.Alpha/passes()"])
        #expect(running.failures.map(\.message) == ["was ended by signal 4 while it ran"])
    }

    @Test func aRunThatSaysNothingAndFailsHasFailed() throws {
        #expect(try tally([], "ended with status 1").failures.map(\.message) == ["ended with status 1"])
        let passed = lines.filter { $0.contains("free()") } + lines.suffix(1)
        #expect(try tally(passed, nil).failures.isEmpty)
        #expect(try tally(passed, "ended with status 1").failures.map(\.message) == ["ended with status 1"])
    }

    @Test func failuresOutsideOfTestsAreToldOnce() throws {
        let line =
            #"{"kind":"event","payload":{"issue":{"isKnown":false},"kind":"issueRecorded","messages":[{"text":"x"}]}}"#
        let tally = try tally([line[...], line[...], lines[lines.count - 1]], "ended with status 1")
        #expect(tally.failures == [TestTally.Failure(test: "", message: "x")])
    }

    @Test func theFileIsReadWhileItIsWritten() async throws {
        try await withTemporaryFolder { folder in
            let path = folder + "/events.jsonl"
            let recorder = TestRecorder(path, folder: "/fix")
            #expect(try recorder.read().tests == 0)
            try Data().write(to: URL(fileURLWithPath: path))
            let file = try #require(FileHandle(forWritingAtPath: path))
            let bytes = Data(Self.stream.utf8)
            for start in stride(from: 0, to: bytes.count, by: 100) {
                try file.write(contentsOf: bytes[start..<min(start + 100, bytes.count)])
                try recorder.read()
            }
            #expect(try recorder.finish(nil).failures == tally(lines, nil).failures)
            try file.write(contentsOf: Data("nonsense\n".utf8))
            let failure = #expect(throws: CommandFailure.self) { try recorder.read() }
            #expect(failure?.problem.contains("line \(lines.count + 1) of \(path)") == true)
        }
    }
}
