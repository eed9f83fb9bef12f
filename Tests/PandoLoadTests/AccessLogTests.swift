import Foundation
import Testing

@testable import PandoLoad

@Suite struct AccessLogTests {
    private static func line(_ text: String) throws -> AccessLogLine { try AccessLogLine(Array(text.utf8)[...]) }

    private static func temporaryFile(_ text: String) throws -> String {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("pando-load-\(UUID().uuidString).log")
            .path
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        return path
    }

    private static let good = #"1.2.3.4 - - [17/May/2015:10:05:03 +0000] "GET /a?b=c HTTP/1.1" 200 203023 "-" "agent""#

    @Test func readsCommonAndCombinedLines() throws {
        let combined = try Self.line(Self.good)
        #expect(combined.second == 1_431_857_103)
        #expect(combined.request == AccessLog.Request(method: "GET", path: "/a?b=c"))
        let common = try Self.line(#"::1 - frank [10/Oct/2000:13:55:36 -0700] "HEAD / HTTP/1.0" 304 -"#)
        #expect(common.second == 971_211_336)
        #expect(common.request?.method == "HEAD")
        let quoted = try Self.line(#"h i u [01/Jan/1970:00:00:00 +0000] "GET /x HTTP/1.1" 200 1 "a\"b" "c\\" extra"#)
        #expect(quoted.second == 0)
    }

    @Test(arguments: [
        (#"\x16\x03\x01"#, nil), ("-", nil), ("GET /a b HTTP/1.1", nil), ("GET http://x/ HTTP/1.1", nil),
        ("POST /b HTTP/2.0", "/b"),
    ])
    func garbageInTheRequestIsAnArrivalWithoutARequest(field: String, path: String?) throws {
        let line = try Self.line("h i u [01/Jan/2020:00:00:00 +0000] \"\(field)\" 400 0")
        #expect(line.request?.path == path)
    }

    @Test(arguments: [
        ("", "there is no [time]"),
        ("a b [01/Jan/2020:00:00:00 +0000] \"-\" 200 1", "before the [time] there are 2 fields"),
        ("a b c [01/Foo/2020:00:00:00 +0000] \"-\" 200 1", "the time [01/Foo/2020:00:00:00 +0000] is not"),
        ("a b c [32/Jan/2020:00:00:00 +0000] \"-\" 200 1", "is not of the form day/Mon/year"),
        ("a b c [01/Jan/2020:00:00:00 +0000]", "it ends after the time"),
        ("a b c [01/Jan/2020:00:00:00 +0000] GET", "the request does not begin with a quote"),
        ("a b c [01/Jan/2020:00:00:00 +0000] \"GET", "the request has no closing quote"),
        ("a b c [01/Jan/2020:00:00:00 +0000] \"GET\\", "the request has no closing quote"),
        ("a b c [01/Jan/2020:00:00:00 +0000] \"-\" OK 1", "the status \"OK\" is not a number"),
        ("a b c [01/Jan/2020:00:00:00 +0000] \"-\" 200 many", "the size \"many\" is not a number"),
        ("a b c [01/Jan/2020:00:00:00 +0000] \"-\" 200 1 \"r\" \"a", "the user agent has no closing quote"),
    ])
    func malformedLinesSayWhy(text: String, reason: String) {
        #expect { try Self.line(text) } throws: { error in
            (error as? AccessLogLine.Malformed)?.reason.contains(reason) == true
        }
    }

    @Test func everyTruncationIsMalformedOrShorterButNeverACrash() {
        for end in 0..<Self.good.utf8.count { _ = try? Self.line(String(Self.good.prefix(end))) }
    }

    @Test func skipsMalformedLinesAndTellsTheFirst() throws {
        let path = try Self.temporaryFile(
            Array(repeating: Self.good, count: 20).joined(separator: "\n") + "\nbroken\r\n\n"
        )
        defer { try? FileManager.default.removeItem(atPath: path) }
        let log = try AccessLog(path: path)
        #expect(log.count == 20)
        #expect(log.malformedCount == 1)
        #expect(log.firstMalformed?.line == 21)
        #expect(log.firstMalformed?.reason.hasPrefix("there is no [time]") == true)
    }

    @Test func refusesWhatIsNoAccessLog() throws {
        let path = try Self.temporaryFile("id,name\n1,x\n")
        defer { try? FileManager.default.removeItem(atPath: path) }
        #expect { try AccessLog(path: path) } throws: { "\($0)".contains(":1: ") && "\($0)".contains("2 of 2 lines") }
        #expect { try AccessLog(path: "/nowhere/x.log") } throws: {
            "\($0)".contains("/nowhere/x.log: cannot be opened")
        }
    }

    @Test func replaysTheSharedLogInOrder() throws {
        // Tests run in the root of the package; the data lies beside it.
        let path = "../shared/data/apache-combined.log"
        guard FileManager.default.fileExists(atPath: path) else {
            print("skipped: \(path) is not there")
            return
        }
        let log = try AccessLog(path: path)
        #expect(log.count == 9999)
        #expect(log.malformedCount == 1)
        #expect(log.firstMalformed?.line == 8899)
        #expect(log.firstMalformed?.reason == "the user agent has no closing quote")
        var sequence = ArrivalSequence(.replay(log, speedUp: 1000), seed: 1)
        var offsets: [UInt64] = []
        while let arrival = sequence.next() { offsets.append(arrival.offset) }
        #expect(offsets.count == 9999)
        #expect(offsets == offsets.sorted())
        #expect((298_859_000_000..<298_860_000_000).contains(try #require(offsets.last)))
        #expect(log.requestIndices.count { $0 >= 0 } == 9999)
    }
}
