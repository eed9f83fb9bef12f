import Foundation
import NIOHTTP1
import Testing

/// What libraries measure, in a process that `up` runs.
@Suite(.timeLimit(.minutes(1))) struct LibraryTelemetryTests {
    @Test func librariesReportWhereTheServiceDoes() async throws {
        let folder = try JournalProcess.makeFolder()
        let service = try await JournalProcess.start(in: folder)
        for _ in 0..<3 { #expect(try await service.send(.POST, "measured").text == "TraceSpan") }
        let metrics = try await service.send(.GET, "metrics").text
        #expect(metrics.contains(/(?m)^library_calls_total 3/))
        #expect(try service.stop().status == 0)
        try FileManager.default.removeItem(atPath: folder)
    }
}
