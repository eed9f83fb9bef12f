/// The text of a file after the checks that keep a YAML parser from surprises.
///
/// A file of ours is plain: UTF-8 within the limits of its kind, 32 levels of brackets, no tabs in the indentation, no
/// control characters, and none of the aliases of YAML, which let a few lines grow into gigabytes.
package struct SourceText {
    static let bracketsLimit = 32

    let text: String
    let kind: SourceKind

    /// Checks the bytes of `file`; every issue that can be seen without parsing is reported.
    package init(_ bytes: [UInt8], file: String, kind: SourceKind) throws(TopologyError) {
        func fail(_ line: Int, _ column: Int, _ problem: String, _ remedy: String) -> TopologyError {
            TopologyError([
                TopologyIssue(.syntax, file: file, line: line, column: column, problem: problem, remedy: remedy)
            ])
        }
        guard bytes.count <= kind.bytesLimit else {
            throw fail(
                0,
                0,
                "the file has \(bytes.count) bytes, the limit is \(kind.bytesLimit)",
                "is this \(kind.name)?"
            )
        }
        if bytes.starts(with: [0xFE, 0xFF]) || bytes.starts(with: [0xFF, 0xFE]) {
            throw fail(1, 1, "the file is UTF-16", "save it as UTF-8")
        }
        let content = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(bytes.dropFirst(3)) : bytes
        guard let text = String(validating: content, as: UTF8.self) else {
            let (line, column, byte) = SourceText.firstInvalid(content)
            throw fail(line, column, "byte 0x\(String(byte, radix: 16)) is not UTF-8", "save the file as UTF-8")
        }
        self.text = text
        self.kind = kind
        var scanner = SourceScanner(file: file, lineLimit: kind.lineLimit)
        scanner.scan(text)
        if !scanner.issues.isEmpty { throw TopologyError(scanner.issues) }
    }

    private static func firstInvalid(_ bytes: [UInt8]) -> (line: Int, column: Int, byte: UInt8) {
        var line = 1
        var column = 1
        var decoder = UTF8()
        var iterator = bytes.makeIterator()
        var consumed = 0
        while true {
            switch decoder.decode(&iterator) {
            case .scalarValue(let scalar):
                consumed += UTF8.width(scalar)
                (line, column) = scalar == "\n" ? (line + 1, 1) : (line, column + 1)
            case .error:
                return (line, column, bytes[consumed])
            case .emptyInput:
                preconditionFailure("called with valid UTF-8")
            }
        }
    }
}
