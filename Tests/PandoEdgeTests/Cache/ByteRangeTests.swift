import Testing

@testable import PandoEdge

/// RFC 9110 §14.
@Suite struct ByteRangeTests {
    private func select(_ range: String, length: Int64 = 1000, method: String = "GET") throws -> RangeSelection {
        RangeSelection.select(try makeRequest(["Range: " + range], method: method), length: length)
    }

    private func one(_ first: Int64, _ last: Int64) -> RangeSelection { .one(ByteRange(first: first, last: last)) }

    /// §14.1.2.
    @Test func oneRange() throws {
        #expect(try select("bytes=0-499") == one(0, 499))
        #expect(try select("bytes=500-999") == one(500, 999))
        #expect(try select("bytes=-500") == one(500, 999))
        #expect(try select("bytes=950-") == one(950, 999))
        #expect(try select("BYTES=0-0") == one(0, 0))
        #expect(try select("bytes=900-5000") == one(900, 999))
        #expect(try select("bytes=-5000") == one(0, 999))
        #expect(try select("bytes= 0-0 ,") == one(0, 0))
    }

    /// §14.2, §15.5.17.
    @Test func unsatisfiable() throws {
        #expect(try select("bytes=1000-") == .unsatisfiable)
        #expect(try select("bytes=-0") == .unsatisfiable)
        #expect(try select("bytes=0-", length: 0) == .unsatisfiable)
        #expect(try select("bytes=1000-1001, 5-6") == one(5, 6))
    }

    /// §14.2: what is malformed or of another unit is ignored.
    @Test(arguments: [
        "bytes=5-4", "bytes=", "bytes", "items=0-1", "bytes=a-b", "bytes=1", "bytes=--1", "bytes=1-2-3", "bytes=0x1-2",
        "bytes=9999999999999999999-", "bytes=1-2,x", "bytes =0-1",
    ])
    func ignored(_ text: String) throws {
        #expect(try select(text) == .whole)
    }

    @Test func otherMethodsHaveNoRange() throws {
        #expect(try select("bytes=0-1", method: "HEAD") == .whole)
        #expect(try select("bytes=0-1", method: "POST") == .whole)
    }

    /// §14.2, §17.15: many small, overlapping or covering ranges.
    @Test func manyRanges() throws {
        #expect(
            try select("bytes=0-9, 500-509")
                == .several([ByteRange(first: 0, last: 9), ByteRange(first: 500, last: 509)])
        )
        #expect(
            try select("bytes=500-509, 0-9")
                == .several([ByteRange(first: 500, last: 509), ByteRange(first: 0, last: 9)])
        )
        #expect(try select("bytes=0-9, 10-19") == one(0, 19))
        #expect(try select("bytes=0-9, 5-19, 60-70") == one(0, 70))
        #expect(try select("bytes=0-,0-,0-") == .whole)
        #expect(
            try select("bytes=" + (0..<17).map { "\($0 * 100000)-\($0 * 100000)" }.joined(separator: ",")) == .whole
        )
        let most = "bytes=" + (0..<16).map { "\($0 * 1000)-\($0 * 1000)" }.joined(separator: ",")
        guard case .several(let parts) = try select(most, length: 1_000_000) else {
            Issue.record("not several")
            return
        }
        #expect(parts.count == 16)
    }

    /// No selection sends more than the whole, whatever is asked.
    @Test func nothingIsAmplified() throws {
        for seed in 0..<500 {
            var generator = SystemRandomNumberGenerator()
            let specs = (0..<Int.random(in: 1...16, using: &generator)).map { _ in
                let first = Int.random(in: 0...1200, using: &generator)
                return [
                    "\(first)-\(first + Int.random(in: 0...300, using: &generator))", "\(first)-", "-\(first)",
                ].randomElement(using: &generator) ?? "0-"
            }
            let text = "bytes=" + specs.joined(separator: ",")
            guard case .several(let parts) = try select(text) else { continue }
            #expect(parts.reduce(0) { $0 + $1.count } < 1000, "\(seed): \(text)")
        }
    }

    /// §14.4.
    @Test func contentRange() {
        #expect("bytes 0-4/10".withBytes { ContentRange($0) } == ContentRange(first: 0, last: 4, length: 10))
        #expect("bytes 5-5/*".withBytes { ContentRange($0) } == ContentRange(first: 5, last: 5, length: -1))
        for text in [
            "bytes */10", "bytes 5-4/10", "bytes 0-10/10", "items 0-1/2", "bytes 0-4", "bytes", "bytes 0-4/x",
            "bytes -4/5",
        ] {
            #expect(text.withBytes { ContentRange($0) } == nil, "\(text)")
        }
    }

    /// §14.6.
    @Test func multipartTextsAddUp() {
        let ranges = [ByteRange(first: 0, last: 1), ByteRange(first: 7, last: 9)]
        let texts = MultipartRanges(ranges, type: "text/plain", length: 10, boundary: 0xABC)
        #expect(texts.contentType == "multipart/byteranges; boundary=0000000000000abc")
        let first = "\r\n--0000000000000abc\r\nContent-Type: text/plain\r\nContent-Range: bytes 0-1/10\r\n\r\n"
        #expect(texts.preludes[0] == Array(first.utf8))
        let all = texts.preludes.reduce(0) { $0 + $1.count } + texts.end.count + 5
        #expect(texts.length == Int64(all))
    }
}
