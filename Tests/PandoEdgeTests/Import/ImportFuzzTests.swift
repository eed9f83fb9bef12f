import TestSupport
import Testing

@testable import PandoEdge

/// Random changes to configurations of others: they are translated to a file that can be read, or refused with words.
@Suite(.timeLimit(.minutes(2))) struct ImportFuzzTests {
    private static let pieces = [
        "{", "}", ";", "\"", "'", "\\", "#", "\n", "$host", "if ", "include x;", "acl a path /", "  ", "server ",
    ]

    @Test(arguments: ImportGoldens.all) func whatIsTranslatedCanBeRead(_ golden: ImportGolden) {
        var random = SeededGenerator(variable: "PANDO_FUZZ_SEED")
        print("PANDO_FUZZ_SEED=\(random.seed)")
        let lines = golden.original.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        for _ in 0..<60 {
            var changed = lines
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                let place = Int.random(in: 0..<changed.count, using: &random)
                switch Int.random(in: 0..<4, using: &random) {
                case 0: changed.remove(at: place)
                case 1: changed.insert(lines.randomElement(using: &random) ?? "", at: place)
                case 2: changed[place] += Self.pieces.randomElement(using: &random) ?? ""
                default: changed[place] = String(changed[place].dropFirst(Int.random(in: 0...8, using: &random)))
                }
                if changed.isEmpty { changed = [""] }
            }
            check(changed.joined(separator: "\n"), golden.file)
        }
    }

    private func check(_ text: String, _ file: String) {
        do throws(EdgeConfigurationError) {
            let result = try EdgeImport(text, file: file)
            do throws(EdgeConfigurationError) {
                _ = try EdgeConfiguration.decode(Array(result.yaml.utf8), file: "edge.yaml")
            } catch {
                // Files that are not there, and routes that none can reach, are said; a file that is no YAML would be an error of ours.
                #expect(!error.issues.contains { $0.problem.hasPrefix("not ") }, "\(error)\n\(text)\n\(result.yaml)")
            }
        } catch {
            #expect(error.issues.allSatisfy { !$0.problem.isEmpty && !$0.remedy.isEmpty }, "\(error)")
        }
    }
}
