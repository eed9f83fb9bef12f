import TestSupport
import Testing

@testable import PandoEdge

/// Whatever a file holds, it is read, or every issue says what is wrong.
@Suite(.timeLimit(.minutes(1))) struct EdgeDamageTests {
    static let words = [
        "", "{}", "[]", "~", "off", "on", "-1", "0", "99999999999999999999", "1.5", "x", "/", "/*", "*", "{a: b}",
        "[[]]", "[a, 1, {}]",
        "{off: on}", "unix:", ":", "1s", "1e9d", "10.0.0.0/8", "{environment: A}", "{file: \"\"}", "\"\\0\"",
        "https://", "a:1", "100/s",
    ]

    private func check(_ text: [UInt8]) {
        do throws(EdgeConfigurationError) {
            let checked = try EdgeConfiguration.decode(text, file: "edge.yaml")
            #expect(checked.warnings.allSatisfy { $0.severity == .warning })
            // What is taken can be compiled.
            _ = checked.configuration.matches
            _ = checked.configuration.deny.matches
        } catch {
            let isSaid = error.issues.allSatisfy { !$0.problem.isEmpty && !$0.remedy.isEmpty && $0.file == "edge.yaml" }
            #expect(isSaid && error.issues.contains { $0.severity == .error }, "\(error)")
        }
    }

    @Test(arguments: EdgeTexts.all.indices)
    func randomDamageIsSaid(_ index: Int) {
        var generator = SeededGenerator(variable: "EDGE_SEED")
        print("EDGE_SEED=\(generator.seed)")
        let original = Array(EdgeTexts.all[index].utf8)
        for _ in 0..<200 {
            var bytes = original
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                let index = Int.random(in: 0..<bytes.count, using: &generator)
                switch Int.random(in: 0...3, using: &generator) {
                case 0: bytes[index] = UInt8.random(in: 0...255, using: &generator)
                case 1:
                    bytes.removeSubrange(index..<min(bytes.count, index + Int.random(in: 1...30, using: &generator)))
                case 2: bytes.insert(UInt8.random(in: 32...126, using: &generator), at: index)
                default:
                    let other = Int.random(in: 0..<bytes.count, using: &generator)
                    bytes.insert(contentsOf: bytes[other..<min(bytes.count, other + 20)], at: index)
                }
            }
            check(bytes)
        }
    }

    /// Every value of every file in turn, by words that fit somewhere else.
    @Test(arguments: EdgeTexts.all.indices)
    func everyValueMayBeAnother(_ index: Int) {
        var generator = SeededGenerator(variable: "EDGE_SEED")
        print("EDGE_SEED=\(generator.seed)")
        let parts = EdgeTexts.all[index].components(of: ": ")
        for place in 1..<parts.count {
            let rest = parts[place].drop { !",}]\n".contains($0) }
            for _ in 0..<3 {
                var changed = parts
                changed[place] = (Self.words.randomElement(using: &generator) ?? "") + rest
                check(Array(changed.joined(separator: ": ").utf8))
            }
        }
    }
}

extension String {
    fileprivate func components(of separator: String) -> [String] {
        split(separator: separator, omittingEmptySubsequences: false).map(String.init)
    }
}
