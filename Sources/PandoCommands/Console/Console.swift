import Foundation
import PandoTopology

/// Where a command writes: results to standard output, everything else to standard error.
package struct Console: Sendable {
    /// Whether results, progress and failures are JSON, one document a line.
    package var json = false
    /// Whether standard error is a terminal, where a line of progress may be written over.
    package var isTerminal: Bool
    private let writeResult: @Sendable (String) throws -> Void
    private let writeNote: @Sendable (String) -> Void

    /// Creates a console of two sinks, which get text with its line ends. A result that cannot be written is a failure;
    /// nobody can be told of a note that cannot.
    package init(
        isTerminal: Bool = false,
        result: @escaping @Sendable (String) throws -> Void,
        note: @escaping @Sendable (String) -> Void
    ) {
        self.isTerminal = isTerminal
        self.writeResult = result
        self.writeNote = note
    }

    /// The process's own standard output and standard error.
    package static var standard: Console {
        Console(
            isTerminal: isatty(STDERR_FILENO) == 1,
            result: { try FileHandle.standardOutput.write(contentsOf: Data($0.utf8)) },
            // Standard error may be gone, as where a terminal was closed: see above.
            note: { try? FileHandle.standardError.write(contentsOf: Data($0.utf8)) }
        )
    }

    /// Prints what a command found or did: its description, or JSON.
    package func result(_ value: some Encodable & CustomStringConvertible) throws {
        try print((json ? try Console.encode(value) : value.description) + "\n")
    }

    /// Prints text as it is, whether or not JSON was asked for: help, completion scripts, files.
    package func text(_ text: String) throws { try print(text.hasSuffix("\n") ? text : text + "\n") }

    private func print(_ text: String) throws {
        do {
            try writeResult(text)
        } catch {
            throw CommandFailure(
                .failed,
                "the result cannot be written to standard output: \(SystemWords.of(error))"
            )
        }
    }

    /// Prints a remark that is no result; not in JSON.
    package func note(_ line: String) {
        if !json { writeNote(line + "\n") }
    }

    /// Prints text on standard error as it is.
    func raw(_ text: String) { writeNote(text) }

    /// Prints why a command failed.
    package func failure(_ failure: CommandFailure, command: String) {
        if json, let text = try? Console.encode(FailureReport(failure)) {  // plain strings and numbers always encode
            writeNote(text + "\n")
        } else {
            let lines = failure.description.split(separator: "\n").map { "\(command): \($0)" }
            writeNote(lines.joined(separator: "\n") + "\n")
        }
    }

    /// One line of JSON with sorted keys, so that two runs can be compared.
    static func encode(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.dateEncodingStrategy = .iso8601
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: "inf",
            negativeInfinity: "-inf",
            nan: "nan"
        )
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }
}
