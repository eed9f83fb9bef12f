/// A strict, incremental parser of HTTP/1.1 responses (RFC 9112) that keeps nothing unless asked to.
///
/// It is fed with what a connection received and consumes whole lines and pieces of the body; the caller keeps what was not
/// consumed, at most one line, and feeds it again with more behind it. Bare LF, obsolete folding, two framings, differing
/// lengths, blanks in chunk sizes and unknown codings are refused: a generator that guesses would measure nonsense.
struct ResponseParser {
    /// Why an answer is not valid.
    enum Invalid: String, Error {
        case statusLine = "the status line is not HTTP/1.1"
        case line = "a line of the head is malformed"
        case framing = "the framing of the body is ambiguous"
        case coding = "the transfer coding is not chunked"
        case chunk = "a chunk is malformed"
        case headTooLarge = "the head is larger than 64 KiB"
        case bodyTooLarge = "the body is larger than the bound"
        case interim = "the server switched protocols unasked"
    }

    /// The largest head with trailers, and so the most that a caller has to keep, in bytes.
    static let maxHeadBytes = 65536

    private enum State {
        case statusLine
        case headers
        case body(left: UInt64)
        case chunkSize
        case chunk(left: UInt64)
        case chunkEnd
        case trailers
        case untilClose
        case complete
    }

    private enum Framing {
        case none
        case length(UInt64)
        case chunked
    }

    private var state = State.complete
    private var framing = Framing.none
    private var hasNoBody = false
    private var captures = false
    private var maxBodyBytes = 0
    private var headBytes = 0

    /// The status of the answer, once its first line was read.
    private(set) var status = 0
    /// Whether the connection can carry another request after this answer.
    private(set) var isReusable = true
    /// Whether the answer has a `Set-Cookie` field.
    private(set) var setsCookies = false
    /// The header lines, if captured: each with its line end.
    private(set) var capturedHead: [UInt8] = []
    /// The body, if captured.
    private(set) var capturedBody: [UInt8] = []

    /// Gets ready for the answer to a request.
    ///
    /// - Parameters:
    ///   - isHead: the request was a `HEAD`, so that the answer has no body whatever it says.
    ///   - captures: keep head and body, the body up to `maxBodyBytes`.
    mutating func begin(isHead: Bool, captures: Bool, maxBodyBytes: Int) {
        state = .statusLine
        hasNoBody = isHead
        self.captures = captures
        self.maxBodyBytes = maxBodyBytes
        headBytes = 0
        resetHead()
    }

    private mutating func resetHead() {
        framing = .none
        isReusable = true
        setsCookies = false
        if captures {
            capturedHead = []
            capturedBody = []
        }
    }

    /// Takes what it can of `bytes` from `position` on and moves `position` behind it.
    ///
    /// - Returns: whether the answer is complete; bytes may be left behind it.
    mutating func parse(_ bytes: Span<UInt8>, _ position: inout Int) throws(Invalid) -> Bool {
        while true {
            switch state {
            case .complete: return true
            case .body(let left):
                guard try take(left, bytes, &position, then: .complete, else: State.body) else { return false }
            case .chunk(let left):
                guard try take(left, bytes, &position, then: .chunkEnd, else: State.chunk) else { return false }
            case .untilClose:
                _ = try take(.max, bytes, &position, then: .complete, else: { _ in .untilClose })
                return false
            case .statusLine, .headers, .chunkSize, .chunkEnd, .trailers:
                guard let line = try line(bytes, &position) else { return false }
                try consume(bytes, line)
            }
        }
    }

    /// The connection ended: whether that completes the answer.
    mutating func finish() -> Bool {
        guard case .untilClose = state else { return false }
        state = .complete
        return true
    }

    private mutating func take(
        _ left: UInt64,
        _ bytes: Span<UInt8>,
        _ position: inout Int,
        then next: State,
        else more: (UInt64) -> State
    ) throws(Invalid) -> Bool {
        let count = Int(min(left, UInt64(bytes.count - position)))
        if captures {
            guard capturedBody.count + count <= maxBodyBytes else { throw .bodyTooLarge }
            for index in position..<(position + count) { capturedBody.append(bytes[index]) }
        }
        position += count
        let rest = left - UInt64(count)
        state = rest == 0 ? next : more(rest)
        return rest == 0
    }

    /// The next whole line without its CRLF; nil if it is not there yet.
    private mutating func line(_ bytes: Span<UInt8>, _ position: inout Int) throws(Invalid) -> Range<Int>? {
        let start = position
        var index = start
        while index < bytes.count, bytes[index] != UInt8(ascii: "\n") { index += 1 }
        guard headBytes + (index - start) < Self.maxHeadBytes else { throw .headTooLarge }
        guard index < bytes.count else { return nil }
        guard index > start, bytes[index - 1] == UInt8(ascii: "\r") else { throw .line }
        position = index + 1
        headBytes += position - start
        return start..<(index - 1)
    }

    private mutating func consume(_ bytes: Span<UInt8>, _ line: Range<Int>) throws(Invalid) {
        switch state {
        case .statusLine: try consumeStatusLine(bytes, line)
        case .headers: try line.isEmpty ? endHead() : consumeField(bytes, line)
        case .chunkSize: try consumeChunkSize(bytes, line)
        case .chunkEnd:
            guard line.isEmpty else { throw .chunk }
            headBytes = 0  // the bound is on head and trailers, not on the number of chunks
            state = .chunkSize
        case .trailers: if line.isEmpty { state = .complete }
        case .body, .chunk, .untilClose, .complete: fatalError("a line in the state \(state)")
        }
    }

    private mutating func consumeStatusLine(_ bytes: Span<UInt8>, _ line: Range<Int>) throws(Invalid) {
        let start = line.lowerBound
        guard line.count >= 12, bytes.matches("http/1.", at: start), bytes[start + 8] == UInt8(ascii: " "),
            line.count == 12 || bytes[start + 12] == UInt8(ascii: " ")
        else { throw .statusLine }
        let minor = bytes[start + 7]
        guard minor == UInt8(ascii: "1") || minor == UInt8(ascii: "0") else { throw .statusLine }
        var value = 0
        for index in (start + 9)..<(start + 12) {
            guard (0x30...0x39).contains(bytes[index]) else { throw .statusLine }
            value = value * 10 + Int(bytes[index] - 0x30)
        }
        guard (100...599).contains(value) else { throw .statusLine }
        status = value
        isReusable = minor == UInt8(ascii: "1")
        state = .headers
    }

    private mutating func consumeField(_ bytes: Span<UInt8>, _ line: Range<Int>) throws(Invalid) {
        var colon = line.lowerBound
        while colon < line.upperBound, bytes[colon] != UInt8(ascii: ":") {
            guard bytes[colon] > 0x20, bytes[colon] < 0x7F else { throw .line }  // also refuses folding
            colon += 1
        }
        guard colon > line.lowerBound, colon < line.upperBound else { throw .line }
        if captures {
            for index in line { capturedHead.append(bytes[index]) }
            capturedHead.append(UInt8(ascii: "\r"))
            capturedHead.append(UInt8(ascii: "\n"))
        }
        let name = line.lowerBound
        switch colon - name {
        case 10 where bytes.matches("connection", at: name):
            try connection(bytes, bytes.trimmed((colon + 1)..<line.upperBound))
        case 10 where bytes.matches("set-cookie", at: name): setsCookies = true
        case 14 where bytes.matches("content-length", at: name):
            try contentLength(bytes, bytes.trimmed((colon + 1)..<line.upperBound))
        case 17 where bytes.matches("transfer-encoding", at: name):
            let value = bytes.trimmed((colon + 1)..<line.upperBound)
            guard value.count == 7, bytes.matches("chunked", at: value.lowerBound) else { throw .coding }
            guard case .none = framing else { throw .framing }
            framing = .chunked
        default: break
        }
    }

    private mutating func connection(_ bytes: Span<UInt8>, _ value: Range<Int>) throws(Invalid) {
        if value.count == 5, bytes.matches("close", at: value.lowerBound) { isReusable = false }
        if value.count == 10, bytes.matches("keep-alive", at: value.lowerBound) { isReusable = true }
    }

    private mutating func contentLength(_ bytes: Span<UInt8>, _ value: Range<Int>) throws(Invalid) {
        guard (1...18).contains(value.count) else { throw .framing }
        var length: UInt64 = 0
        for index in value {
            guard (0x30...0x39).contains(bytes[index]) else { throw .framing }
            length = length * 10 + UInt64(bytes[index] - 0x30)
        }
        switch framing {
        case .none: framing = .length(length)
        case .length(let earlier): guard earlier == length else { throw .framing }
        case .chunked: throw .framing
        }
    }

    private mutating func endHead() throws(Invalid) {
        if status < 200 {  // interim responses precede the final one (RFC 9110 section 15.2)
            guard status != 101 else { throw .interim }
            resetHead()
            state = .statusLine
            return
        }
        if hasNoBody || status == 204 || status == 304 {
            state = .complete
            return
        }
        switch framing {
        case .chunked: state = .chunkSize
        case .length(0): state = .complete
        case .length(let length): state = .body(left: length)
        case .none:
            isReusable = false
            state = .untilClose
        }
    }

    private mutating func consumeChunkSize(_ bytes: Span<UInt8>, _ line: Range<Int>) throws(Invalid) {
        var size: UInt64 = 0
        var digits = 0
        for index in line {
            let byte = bytes[index]
            switch byte {
            case 0x30...0x39: size = size << 4 | UInt64(byte - 0x30)
            case 0x41...0x46, 0x61...0x66: size = size << 4 | UInt64((byte | 0x20) - 0x61 + 10)
            case UInt8(ascii: ";") where digits > 0:
                state = size == 0 ? .trailers : .chunk(left: size)
                return
            default: throw .chunk
            }
            digits += 1
            guard digits <= 15 else { throw .chunk }
        }
        guard digits > 0 else { throw .chunk }
        state = size == 0 ? .trailers : .chunk(left: size)
    }
}

extension Span<UInt8> {
    /// Whether the bytes at `position` are `text`, which is in lower case, in any case. The bytes must be there.
    func matches(_ text: StaticString, at position: Int) -> Bool {
        text.withUTF8Buffer { expected in
            for index in 0..<expected.count {
                let byte = self[position + index]
                let lower = (0x41...0x5A).contains(byte) ? byte | 0x20 : byte
                if lower != expected[index] { return false }
            }
            return true
        }
    }

    /// The range without blanks and tabs at its ends.
    func trimmed(_ range: Range<Int>) -> Range<Int> {
        var lower = range.lowerBound
        var upper = range.upperBound
        while lower < upper, self[lower] == 0x20 || self[lower] == 0x09 { lower += 1 }
        while upper > lower, self[upper - 1] == 0x20 || self[upper - 1] == 0x09 { upper -= 1 }
        return lower..<upper
    }
}
