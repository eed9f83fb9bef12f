import Foundation
import Logging
import Testing

@testable import PandoTelemetry

@Suite struct JSONLogHandlerTests {
    struct Broken: Error {}

    let pipe = LogPipe()

    private func logger(maximumLineBytes: Int = 16 * 1024, level: Logger.Level = .trace) -> Logger {
        let handler = JSONLogHandler(
            label: "hotel",
            level: level,
            sink: LogWriter(descriptor: pipe.writeEnd),
            maximumLineBytes: maximumLineBytes,
            metadataProvider: Logger.MetadataProvider { ["node": "1"] },
            clock: ManualClock().clock
        )
        return Logger(label: "hotel") { _ in handler }
    }

    private func objects() throws -> [[String: Any]] {
        try pipe.lines().map { line in
            try #require(JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any], "\(line)")
        }
    }

    @Test func lineIsExact() {
        logger().info("rooms booked", metadata: ["count": "\(3)", "hotel.id": "7"])
        #expect(
            pipe.lines() == [
                #"{"time":"2026-11-21T08:00:00.000000Z","level":"info","logger":"hotel","message":"rooms booked","#
                    + #""metadata":{"count":"3","hotel.id":"7","node":"1"}}"#
            ]
        )
    }

    @Test func metadataKeepsItsTypesAndNests() throws {
        logger().info(
            "m",
            metadata: [
                "number": .stringConvertible(-42), "truth": .stringConvertible(true), "ratio": .stringConvertible(0.5),
                "list": ["a", ["b"], ["c": "d"]], "nested": ["deep": ["deeper": "x"]],
            ]
        )
        let metadata = try #require(objects().first?["metadata"] as? [String: Any])
        #expect(metadata["number"] as? Int == -42)
        #expect(metadata["truth"] as? Bool == true)
        #expect(metadata["ratio"] as? String == "0.5")
        #expect((metadata["list"] as? [Any])?.count == 3)
        #expect(((metadata["nested"] as? [String: Any])?["deep"] as? [String: String])?["deeper"] == "x")
    }

    @Test(arguments: [
        "quote \" backslash \\ slash /", "line\nbreak\r\ttab", "\u{0}\u{1}\u{1F}\u{7F}\u{85}\u{9F}", "\u{2028}\u{2029}",
        "서울 東京 🏨 👩‍👩‍👧", "e\u{301}", "", "{\"a\":1}",
    ])
    func textsSurvive(text: String) throws {
        logger().info("\(text)", metadata: [text: .string(text)])
        let lines = pipe.lines()
        #expect(lines.count == 1)
        let object = try #require(JSONSerialization.jsonObject(with: Data(lines[0].utf8)) as? [String: Any])
        #expect(Array((object["message"] as? String ?? "-").unicodeScalars) == Array(text.unicodeScalars))
        let metadata = try #require(object["metadata"] as? [String: String])
        #expect(metadata[text].map { Array($0.unicodeScalars) } == Array(text.unicodeScalars))
    }

    @Test func linesAreBoundedAndStayValid() throws {
        let huge = String(repeating: "\u{1}é\"🏨", count: 5000)
        for limit in [512, 513, 600, 777, 1024, 4096] {
            let logger = logger(maximumLineBytes: limit)
            logger.info("short", metadata: ["a": .string(huge), "b": "left out"])
            logger.info("\(huge)", metadata: ["a": "left out"])
            logger.info("many", metadata: Dictionary(uniqueKeysWithValues: (0..<500).map { ("key\($0)", "v") }))
            logger.info("list", metadata: ["list": .array(Array(repeating: "value", count: 500))])
            logger.info("deep", metadata: ["a": ["b": ["c": ["d": ["e": ["f": .string(huge)]]]]]])
            logger.info("key", metadata: [huge: "v"])
            let lines = pipe.lines()
            #expect(lines.count == 6)
            for line in lines {
                #expect(line.utf8.count + 1 <= limit)
                let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
                #expect(object?["truncated"] as? Bool == true, "\(line)")
            }
        }
    }

    @Test func traceOfTheTaskIsNamedRecordedOrNot() async throws {
        var unrecorded = TraceStore.Configuration()
        unrecorded.recordedPerSecond = 0
        for configuration in [TraceStore.Configuration(), unrecorded] {
            let store = ManualClock().store(configuration)
            let span = await store.withRootSpan("GET /") { root in
                logger().info("inside")
                return root
            }
            let object = try #require(objects().first)
            #expect(object["trace_id"] as? String == span.traceID.description)
            #expect(object["span_id"] as? String == span.spanID.description)
        }
        logger().info("outside")
        #expect(try objects().first?["trace_id"] == nil)
    }

    @Test func identifiersInMetadataStandInFront() throws {
        logger().info("m", metadata: ["trace_id": "abc", "request.id": "17"])
        logger().info("m", metadata: ["hb.request.id": "18"])
        let objects = try objects()
        #expect(objects[0]["trace_id"] as? String == "abc")
        #expect(objects[0]["request_id"] as? String == "17")
        #expect(objects[1]["request_id"] as? String == "18")
    }

    @Test func errorsAndTheirPlaceAreNamed() throws {
        logger().error("cannot write", error: Broken())
        let object = try #require(objects().first)
        #expect(object["error"] as? String == "Broken()")
        #expect((object["source"] as? String)?.contains("JSONLogHandlerTests.swift:") == true)
    }

    @Test func levelsAreHeldByValue() {
        var first = logger(level: .info)
        let second = first
        first.logLevel = .debug
        first[metadataKey: "a"] = "1"
        second.debug("not written")
        first.debug("written")
        #expect(pipe.lines().count == 1)
        #expect(second[metadataKey: "a"] == nil)
    }

    @Test(
        arguments: [
            (0, "1970-01-01T00:00:00.000000Z"), (951_782_399_999_999_999, "2000-02-28T23:59:59.999999Z"),
            (951_782_400_000_000_000, "2000-02-29T00:00:00.000000Z"),
            (1_709_251_199_000_001_000, "2024-02-29T23:59:59.000001Z"),
            (4_102_444_800_000_000_000, "2100-01-01T00:00:00.000000Z"),
            (1_798_761_599_000_000_000, "2026-12-31T23:59:59.000000Z"),
        ] as [(UInt64, String)]
    )
    func timesAreRFC3339(nanoseconds: UInt64, text: String) {
        #expect(RFC3339.text(nanoseconds: nanoseconds) == text)
    }
}
