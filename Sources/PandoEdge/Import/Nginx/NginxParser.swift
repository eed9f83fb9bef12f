/// Takes nginx.conf apart: words, quotes, comments, blocks.
struct NginxParser {
    private static let depthLimit = 32
    private static let directivesLimit = 100_000

    private enum Token: Equatable {
        case word(String)
        case open, close, end
    }

    private let bytes: [UInt8]
    private let file: String
    private var position = 0
    private var line = 1
    private var count = 0

    private init(_ text: String, file: String) {
        bytes = Array(text.utf8)
        self.file = file
    }

    /// - Throws: ``EdgeConfigurationError`` with the line of what is not nginx's.
    static func parse(_ text: String, file: String) throws(EdgeConfigurationError) -> [NginxDirective] {
        var parser = NginxParser(text, file: file)
        return try parser.directives(opened: nil, depth: 0)
    }

    private var place: ImportPlace { ImportPlace(file: file, line: line) }

    /// Up to the end of a block or of the file.
    private mutating func directives(
        opened: ImportPlace?,
        depth: Int
    ) throws(EdgeConfigurationError) -> [NginxDirective] {
        guard depth < Self.depthLimit else { throw place.error("blocks are nested too deeply", "close some of them") }
        var found: [NginxDirective] = []
        var words: [String] = []
        var start = place
        while let token = try next() {
            switch token {
            case .word(let word):
                if words.isEmpty { start = place }
                words.append(word)
            case .end, .open:
                guard let name = words.first else {
                    throw place.error("a '\(token == .end ? ";" : "{")' stands where a directive begins", "remove it")
                }
                count += 1
                if count > Self.directivesLimit { throw place.error("there are too many directives", "split the file") }
                let isCode = token == .open && name.hasSuffix("_by_lua_block")
                if isCode { try skipCode(from: start) }
                let block = token == .end ? nil : isCode ? [] : try directives(opened: start, depth: depth + 1)
                found.append(
                    NginxDirective(name: name, arguments: Array(words.dropFirst()), block: block, place: start)
                )
                words = []
            case .close:
                guard words.isEmpty else { throw start.error("'\(words[0])' has no ';' at its end", "add it") }
                guard opened != nil else { throw place.error("a '}' closes nothing", "remove it, or open its block") }
                return found
            }
        }
        if let word = words.first { throw start.error("'\(word)' has no ';' at its end", "add it") }
        if let opened { throw opened.error("the block that begins here is not closed", "add a '}'") }
        return found
    }

    private mutating func next() throws(EdgeConfigurationError) -> Token? {
        while position < bytes.count {
            switch bytes[position] {
            case UInt8(ascii: "\n"):
                line += 1
                position += 1
            // Control characters part words too: a word never begins with one.
            case 0...0x20: position += 1
            case UInt8(ascii: "#"):
                while position < bytes.count, bytes[position] != UInt8(ascii: "\n") { position += 1 }
            case UInt8(ascii: "{"): return take(.open)
            case UInt8(ascii: "}"): return take(.close)
            case UInt8(ascii: ";"): return take(.end)
            case UInt8(ascii: "\""), UInt8(ascii: "'"): return .word(try quoted())
            default: return .word(plain())
            }
        }
        return nil
    }

    private mutating func take(_ token: Token) -> Token {
        position += 1
        return token
    }

    private mutating func quoted() throws(EdgeConfigurationError) -> String {
        let (quote, start) = (bytes[position], place)
        var text: [UInt8] = []
        position += 1
        while position < bytes.count, bytes[position] != quote {
            if bytes[position] == UInt8(ascii: "\\"), position + 1 < bytes.count {
                position += 1
                if bytes[position] == UInt8(ascii: "n") {
                    text.append(UInt8(ascii: "\n"))
                    position += 1
                    continue
                }
                // A backslash before anything else is the regular expression's.
                if ![quote, UInt8(ascii: "\\")].contains(bytes[position]) { text.append(UInt8(ascii: "\\")) }
            }
            if bytes[position] == UInt8(ascii: "\n") { line += 1 }
            text.append(bytes[position])
            position += 1
        }
        guard position < bytes.count else { throw start.error("the quote that begins here is not closed", "close it") }
        position += 1
        return String(decoding: text, as: UTF8.self)
    }

    /// `${name}` is part of a word, and so is what a backslash stands before.
    private mutating func plain() -> String {
        var text: [UInt8] = []
        while position < bytes.count {
            let byte = bytes[position]
            if byte == UInt8(ascii: "{"), text.last == UInt8(ascii: "$") {
                while position < bytes.count, bytes[position] != UInt8(ascii: "}"), bytes[position] > 0x20 {
                    text.append(bytes[position])
                    position += 1
                }
                continue
            }
            let isVariableEnd = byte == UInt8(ascii: "}") && text.contains(UInt8(ascii: "{"))
            if byte <= 0x20 || byte == UInt8(ascii: ";") || byte == UInt8(ascii: "{") { break }
            if byte == UInt8(ascii: "}"), !isVariableEnd { break }
            if byte == UInt8(ascii: "\\"), position + 1 < bytes.count, bytes[position + 1] > 0x20 {
                text.append(byte)
                position += 1
            }
            text.append(bytes[position])
            position += 1
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// Lua has braces of its own.
    private mutating func skipCode(from start: ImportPlace) throws(EdgeConfigurationError) {
        var depth = 1
        while depth > 0 {
            guard position < bytes.count else {
                throw start.error("the block that begins here is not closed", "add a '}'")
            }
            switch bytes[position] {
            case UInt8(ascii: "{"): depth += 1
            case UInt8(ascii: "}"): depth -= 1
            case UInt8(ascii: "\n"): line += 1
            default: break
            }
            position += 1
        }
    }
}
