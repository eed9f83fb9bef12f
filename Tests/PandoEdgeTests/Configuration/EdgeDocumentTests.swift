import Foundation
import Testing

@testable import PandoEdge

/// docs/edge-configuration.md says what the reader does.
@Suite struct EdgeDocumentTests {
    static func document() throws -> String {
        let root = URL(fileURLWithPath: #filePath).appendingPathComponent("../../../../docs/edge-configuration.md")
            .standardized
        return try String(contentsOf: root, encoding: .utf8)
    }

    @Test(arguments: EdgeSection.allCases)
    func everyKeyHasARowAndEveryRowAKey(_ section: EdgeSection) throws {
        let parts = try Self.document().components(separatedBy: "<!-- section: \(section.rawValue) -->\n")
        #expect(parts.count == 2, "one table a section")
        let table = (parts.last ?? "").split(separator: "\n").drop { !$0.hasPrefix("|---") }.dropFirst()
        let keys = table.prefix { $0.hasPrefix("| `") }.map { $0.split(separator: "`")[1] }
        #expect(keys.map(String.init) == section.keys && !keys.isEmpty)
    }

    @Test func examplesAreRead() throws {
        let files = try EdgeFiles()
        let examples = try Self.document().components(separatedBy: "```yaml\n").dropFirst().map { part in
            part.components(separatedBy: "```")[0]
        }
        #expect(examples.count >= 2)
        for example in examples {
            let lines = files.messages(example).split(separator: "\n").filter { line in
                // The files of an example are nobody's, and one server needs no health check.
                line.contains(" error: ") && !line.contains("does not exist")
            }
            #expect(lines == [], "\(example)")
        }
    }
}
