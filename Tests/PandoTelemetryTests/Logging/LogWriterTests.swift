import Foundation
import Testing

@testable import PandoTelemetry

@Suite(.timeLimit(.minutes(1))) struct LogWriterTests {
    let pipe = LogPipe()
    let metrics = MetricsRegistry()

    private var dropped: Double? { metrics.snapshot(of: "pando_log_lines_dropped_total")?.series.first?.value.number }

    private static func line(_ number: Int, length: Int = 100) -> [UInt8] {
        let text = "line \(number) "
        return Array((text + String(repeating: "x", count: length - text.utf8.count - 1) + "\n").utf8)
    }

    @Test func linesOfManyWritersStayWhole() async {
        let writer = LogWriter(descriptor: pipe.writeEnd)
        await withTaskGroup { group in
            for task in 0..<8 {
                group.addTask { for index in 0..<50 { writer.write(Self.line(task * 50 + index)) } }
            }
        }
        let lines = pipe.lines()
        #expect(lines.count == 400)
        #expect(lines.allSatisfy { $0.hasPrefix("line ") && $0.utf8.count == 99 })
        #expect(Set(lines).count == 400)
    }

    @Test func fullPipeDoesNotBlockAndLosesNothingWithinTheBound() {
        let writer = LogWriter(descriptor: pipe.writeEnd, maximumPendingBytes: 1 << 20, metrics: metrics)
        for number in 0..<2000 { writer.write(Self.line(number)) }
        var text = pipe.read()
        while !writer.flush(for: .zero) { text += pipe.read() }
        text += pipe.read()
        let lines = text.split(separator: "\n")
        #expect(lines.count == 2000)
        #expect(lines.enumerated().allSatisfy { $1.hasPrefix("line \($0) ") })
        #expect(dropped == 0)
    }

    @Test func linesPastTheBoundAreDroppedAndReported() throws {
        let writer = LogWriter(descriptor: pipe.writeEnd, maximumPendingBytes: 10_000, metrics: metrics)
        for number in 0..<2000 { writer.write(Self.line(number)) }
        let count = try #require(dropped)
        #expect(count > 0)
        var text = pipe.read()
        while !writer.flush(for: .zero) { text += pipe.read() }
        text += pipe.read()
        let lines = text.split(separator: "\n")
        #expect(Double(lines.count) == 2000 - count + 1)
        #expect(lines.last == "{\"level\":\"warning\",\"message\":\"log lines dropped\",\"dropped\":\(Int(count))}")
    }

    @Test func linesLongerThanAPipeTakesAtOnceArrive() {
        let writer = LogWriter(descriptor: pipe.writeEnd)
        writer.write(Self.line(1, length: 50_000))
        #expect(pipe.lines().first?.utf8.count == 49_999)
    }

    @Test func absentReaderDoesNotKillTheProcess() {
        let writer = LogWriter(descriptor: pipe.writeEnd)
        pipe.closeReadEnd()
        writer.write(Self.line(1))
        #expect(writer.flush(for: .zero))
    }

    @Test func descriptorThatIsNotOpenIsIgnored() {
        let writer = LogWriter(descriptor: 9999)
        writer.write(Self.line(1))
        #expect(writer.flush(for: .zero))
    }

    @Test func flushGivesUpAfterItsTime() {
        let writer = LogWriter(descriptor: pipe.writeEnd)
        for number in 0..<2000 { writer.write(Self.line(number)) }
        #expect(!writer.flush(for: .milliseconds(20)))
        withExtendedLifetime(pipe) {}
    }
}
