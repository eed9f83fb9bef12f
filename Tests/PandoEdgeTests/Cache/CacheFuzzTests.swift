import TestSupport
import Testing

@testable import PandoEdge

/// Random changes to the fields that the cache reads, and to its files.
@Suite(.timeLimit(.minutes(2))) struct CacheFuzzTests {
    private func withBytes<R>(_ bytes: [UInt8], _ body: (UnsafeBufferPointer<UInt8>) throws -> R) rethrows -> R {
        try bytes.withUnsafeBufferPointer(body)
    }

    /// A head with one field of any octets.
    private func head(_ base: Head, _ id: FieldName, _ value: [UInt8]) -> Head {
        withBytes(value) { base.add(id, String(decoding: $0, as: UTF8.self)) }
        return base
    }

    /// No Cache-Control makes the cache keep for long what it would not have kept for ever, and what is private stays so.
    @Test func directivesAreReadOrIgnored() throws {
        let corpus = [
            "public, max-age=60", "s-maxage=5, stale-while-revalidate=30, stale-if-error=600",
            "private=\"set-cookie, x\", max-age=1",
            "no-store", "no-cache=\"a\", must-revalidate, proxy-revalidate, immutable",
            "max-age=\"60\", max-age=99999999999999999999",
        ].map { Array($0.utf8) }
        try WireFuzzTests.fuzz(corpus) { bytes, _ in
            guard !bytes.contains(where: { $0 < 0x20 || $0 == 0x7F }) else { return }
            let request = try makeRequest()
            let decision = decide(head(try makeResponse(), .cacheControl, bytes), to: request)
            if let facts = decision.terms?.facts { #expect(facts.lifetime >= 0) }
            // A directive behind all others, not within quotes that were left open.
            guard bytes.count(where: { $0 == UInt8(ascii: "\"") }) % 2 == 0, !bytes.contains(UInt8(ascii: "\\")) else {
                return
            }
            let refused = decide(head(try makeResponse(), .cacheControl, bytes + Array(", no-store".utf8)), to: request)
            #expect(refused.terms == nil, "\(String(decoding: bytes, as: UTF8.self))")
        }
    }

    @Test func dictionariesAreReadOrIgnored() throws {
        let corpus = [
            "max-age=60, public;a=\"x\"", "a=(1 2.5 \"x\" tok);q=1, b=?0, c=:aGk=:, d", "no-store, max-age=?1",
        ].map { Array($0.utf8) }
        WireFuzzTests.fuzz(corpus) { bytes, _ in
            withBytes(bytes) { bytes in
                guard let dictionary = StructuredDictionary([bytes]) else { return }
                #expect(Set(dictionary.members.map(\.key)).count == dictionary.members.count)
            }
        }
    }

    /// Parts of a body lie within it, in order and apart.
    @Test func rangesLieWithinTheBody() throws {
        let corpus = [
            "bytes=0-4", "bytes=-5", "bytes=3-", "bytes=0-0, 200-300, 900-", "bytes = 1-2",
            "bytes=99999999999999999999-",
        ].map {
            Array($0.utf8)
        }
        try WireFuzzTests.fuzz(corpus) { bytes, random in
            guard !bytes.contains(where: { $0 < 0x20 || $0 == 0x7F }) else { return }
            let length = Int64([0, 1, 5, 1000, 999_999_999_999_999_999].randomElement(using: &random) ?? 1)
            let ranges: [ByteRange] =
                switch RangeSelection.select(head(try makeRequest(), .range, bytes), length: length) {
                case .whole, .unsatisfiable: []
                case .one(let range): [range]
                case .several(let ranges): ranges
                }
            for range in ranges { #expect(range.first >= 0 && range.first <= range.last && range.last < length) }
            for (one, next) in zip(ranges, ranges.dropFirst()) {
                #expect(one.last < next.first || next.last < one.first)
            }
        }
    }

    /// A date that is read is written as the same moment, and a part of a body that is read has an end behind its beginning.
    @Test func datesAndPartsAreReadOrIgnored() {
        let corpus = [
            "Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994",
            "bytes 0-4/10", "bytes 5-9/*",
            "bytes */10", "\"a\"", "W/\"b\"",
        ].map { Array($0.utf8) }
        WireFuzzTests.fuzz(corpus, rounds: 8000) { bytes, _ in
            withBytes(bytes) { text in
                if let date = HTTPDate.parse(text, now: testNow), (0..<253_402_300_800).contains(date) {
                    let again = HTTPDate.text(date).withBytes { HTTPDate.parse($0, now: testNow) }
                    #expect(again == date, "\(String(decoding: text, as: UTF8.self))")
                }
                if let part = ContentRange(text) {
                    #expect(part.first <= part.last && (part.last < part.length || part.length == -1))
                }
                _ = EntityTag(text)
            }
        }
    }

    /// A file that was changed in any way is not taken for a response.
    @Test func noChangedFileIsServed() throws {
        let response = try makeResponse(["Cache-Control: max-age=60", "Vary: Accept", "Cache-Tag: a, b", "ETag: \"x\""])
        let entry = try makeEntry(response, to: try makeRequest(["Accept: text/html"]))
        let original = DiskFormat.header(entry, testHasher)
        func isTaken(_ bytes: [UInt8]) -> Bool {
            guard bytes.count >= DiskFormat.fixedBytes,
                let lengths = DiskFormat.lengths(Array(bytes.prefix(DiskFormat.fixedBytes))),
                bytes.count == DiskFormat.fixedBytes + lengths.header + 8
            else { return false }
            return DiskFormat.entry(bytes, body: entry.body, testHasher) != nil
        }
        // The control: the file itself is.
        #expect(isTaken(original))
        WireFuzzTests.fuzz([original]) { bytes, _ in
            if bytes != original { #expect(!isTaken(bytes)) }
        }
        // With a checksum that fits, as after an error of ours, what is in it may be anything, and traps nothing.
        WireFuzzTests.fuzz([Array(original.dropLast(8))]) { bytes, _ in
            var end = ByteWriter()
            end.put(testHasher.hash(bytes))
            _ = DiskFormat.entry(bytes + end.bytes, body: entry.body, testHasher)
        }
    }
}
