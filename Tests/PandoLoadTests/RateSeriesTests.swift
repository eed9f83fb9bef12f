import Foundation
import Testing

@testable import PandoLoad

@Suite struct RateSeriesTests {
    private static func file(_ text: String) throws -> String {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("pando-series-\(UUID().uuidString)")
            .path
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        return path
    }

    @Test func readsNumbersCommentsAndEmptyLines() throws {
        let path = try Self.file("# load\n1\n\n 2.5 \r\n0\n1e3")
        defer { try? FileManager.default.removeItem(atPath: path) }
        let series = try RateSeries(path: path)
        #expect(series.arrivalsBySecond == [1, 2.5, 0, 1000])
        #expect(path.hasSuffix(series.name))
    }

    @Test(arguments: ["abc", "-1", "nan", "inf", "1,5", "1 2"])
    func aBadNumberIsNamedWithItsLine(text: String) throws {
        let path = try Self.file("1\n\(text)\n")
        defer { try? FileManager.default.removeItem(atPath: path) }
        #expect { try RateSeries(path: path) } throws: { "\($0)".contains("\(path):2: \"\(text)\" is not a number") }
    }

    @Test func anEmptySeriesIsRefused() throws {
        let path = try Self.file("# nothing\n")
        defer { try? FileManager.default.removeItem(atPath: path) }
        #expect { try RateSeries(path: path) } throws: { "\($0)".contains("no numbers") }
        #expect(throws: LoadError.self) { try RateSeries([]) }
        #expect(throws: LoadError.self) { try RateSeries([1, -1]) }
    }
}
