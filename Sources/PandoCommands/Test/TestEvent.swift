import Foundation

/// One line of Swift Testing's event stream, version 0: a JSON document
/// (https://github.com/swiftlang/swift-testing/blob/main/Documentation/ABI/JSON.md).
///
/// Names are test identifiers without their place in the source, such as `HotelTests.BookingTests/theSameKeyBooksOnce()`:
/// what `swift test --filter` takes.
enum TestEvent: Sendable, Hashable {
    /// Where in the source something is.
    struct Place: Sendable, Hashable {
        /// The path of the file where the stream has it, else its module and name.
        let file: String
        let line: Int
    }

    /// A test function that is going to run, or to be skipped.
    case planned(String)
    case started(String)
    /// Something in a test went wrong that nobody expected; `test` is nil where no test is known to be the cause. `arguments`
    /// tell which case of a test with parameters it was.
    case failed(test: String?, arguments: String?, message: String, place: Place?)
    /// Skipped before it began, or cancelled by itself.
    case skipped(String)
    case ended(String)
    /// The first test is next; `second` is of a clock that only goes forward.
    case runStarted(second: Double)
    /// The run came to its end by itself.
    case runEnded(second: Double)
    /// What nobody here needs: suites, cases, known issues, attachments.
    case other

    /// - Throws: `DecodingError` where the line is not of that form.
    init(line: Data) throws {
        let record = try JSONDecoder().decode(Record.self, from: line)
        switch (record.kind, record.payload.kind) {
        case ("test", "function"): self = .planned(try record.test)
        case ("event", "testStarted"): self = .started(try record.test)
        case ("event", "testSkipped"), ("event", "testCancelled"): self = .skipped(try record.test)
        case ("event", "testEnded"): self = .ended(try record.test)
        case ("event", "issueRecorded") where record.payload.issue?.isKnown == false: self = record.failure
        case ("event", "runStarted"): self = .runStarted(second: try record.second)
        case ("event", "runEnded"): self = .runEnded(second: try record.second)
        default: self = .other
        }
    }
}

/// The parts of a line that are needed.
private struct Record: Decodable {
    struct Payload: Decodable {
        let kind: String
        let id: String?
        let testID: String?
        let instant: Instant?
        let issue: Issue?
        let messages: [Message]?
        /// Not in the documented part of the stream: a failure is told without it too.
        let _testCase: Case?
    }

    struct Instant: Decodable {
        let absolute: Double
    }

    struct Issue: Decodable {
        let isKnown: Bool
        let sourceLocation: Location?
    }

    struct Location: Decodable {
        let fileID: String
        let line: Int
        /// Not in the documented part of the stream.
        let _filePath: String?
    }

    struct Message: Decodable {
        let text: String
    }

    struct Case: Decodable {
        let displayName: String?
    }

    let kind: String
    let payload: Payload

    var test: String { get throws { Self.name(of: try required(payload.id ?? payload.testID, "test")) } }

    var second: Double { get throws { try required(payload.instant, "instant").absolute } }

    private func required<T>(_ value: T?, _ what: String) throws -> T {
        guard let value else {
            let context = DecodingError.Context(codingPath: [], debugDescription: "it names no \(what)")
            throw DecodingError.valueNotFound(T.self, context)
        }
        return value
    }

    var failure: TestEvent {
        .failed(
            test: payload.testID.map(Self.name),
            arguments: payload._testCase?.displayName,
            message: (payload.messages ?? []).map(\.text).joined(separator: "\n"),
            place: payload.issue?.sourceLocation.map {
                TestEvent.Place(file: $0._filePath ?? $0.fileID, line: $0.line)
            }
        )
    }

    /// `Module.Suite/test()/File.swift:1:2` without its last part, which a suite does not have.
    private static func name(of id: String) -> String {
        guard let slash = id.lastIndex(of: "/"), id[slash...].contains(/\.swift:\d+:\d+$/) else { return id }
        return String(id[..<slash])
    }
}
