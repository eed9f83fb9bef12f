import HTTPTypes
import NIOCore
import Testing

@testable import Pando

@Suite struct StaticAnswerTests {
    private let text = Array(String(repeating: "body { color: red } ", count: 100).utf8)
    private var asset: StaticAsset { StaticAsset(text, contentType: "text/css; charset=utf-8", modified: 784_111_777) }

    private func answer(_ fields: HTTPFields, isImmutable: Bool = false) -> StaticAnswer {
        StaticAnswer(asset, isImmutable: isImmutable, fields)
    }

    @Test func plainRequestGetsEverything() {
        let plain = answer([:])
        #expect(plain.status == .ok)
        #expect(plain.body == .content(0..<2000))
        #expect(plain.headers[.eTag] == asset.tag)
        #expect(plain.headers[.lastModified] == "Sun, 06 Nov 1994 08:49:37 GMT")
        #expect(plain.headers[.cacheControl] == "no-cache")
        #expect(plain.headers[.vary] == "Accept-Encoding")
        #expect(answer([:], isImmutable: true).headers[.cacheControl] == "public, max-age=31536000, immutable")
    }

    @Test func compressedVariantHasItsOwnTag() {
        let packed = answer([.acceptEncoding: "br, gzip;q=0.5"])
        #expect(packed.headers[.contentEncoding] == "gzip")
        #expect(packed.headers[.eTag] == asset.gzipTag)
        guard case .compressed(let buffer) = packed.body else {
            Issue.record("not compressed")
            return
        }
        #expect(buffer.readableBytes < 200)
    }

    @Test(arguments: [
        ("bytes=0-9", 0..<10), ("bytes=1990-", 1990..<2000), ("bytes=-5", 1995..<2000), ("bytes=0-99999", 0..<2000),
        ("Bytes=5-5", 5..<6), ("bytes=-99999", 0..<2000), ("bytes=0-1, 5000-6000", 0..<2),
    ]) func oneRangeIsPartialContent(range: String, bytes: Range<Int>) {
        let partial = answer([.range: range, .acceptEncoding: "gzip"])
        #expect(partial.status == .partialContent)
        #expect(partial.body == .content(bytes))
        #expect(partial.headers[.contentRange] == "bytes \(bytes.lowerBound)-\(bytes.upperBound - 1)/2000")
        #expect(partial.headers[.contentEncoding] == nil)
    }

    @Test(arguments: ["bytes=2000-", "bytes=5000-6000", "bytes=-0", "bytes=99999999999999999999-"])
    func rangeOutsideIsNotSatisfiable(range: String) {
        let refused = answer([.range: range])
        #expect(refused.status == .rangeNotSatisfiable)
        #expect(refused.headers[.contentRange] == "bytes */2000")
        #expect(refused.body == .none)
    }

    @Test(arguments: ["bytes=", "bytes=a-b", "bytes=5-1", "items=0-1", "bytes=--1", "bytes=1", "bytes=0-1,x", "0-1"])
    func malformedRangeIsIgnored(range: String) {
        #expect(answer([.range: range]).status == .ok)
    }

    @Test func severalRangesGetEverything() {
        #expect(answer([.range: "bytes=0-1,5-6"]).body == .content(0..<2000))
    }

    @Test func conditionsFollowTheirOrder() {
        let tag = asset.tag
        #expect(answer([.ifNoneMatch: tag]).status == .notModified)
        #expect(answer([.ifNoneMatch: "\"other\", W/\(tag)"]).status == .notModified)
        #expect(answer([.ifNoneMatch: "*"]).status == .notModified)
        #expect(answer([.ifNoneMatch: "\"other\""]).status == .ok)
        #expect(answer([.ifModifiedSince: "Sun, 06 Nov 1994 08:49:37 GMT"]).status == .notModified)
        #expect(answer([.ifModifiedSince: "Sun, 06 Nov 1994 08:49:36 GMT"]).status == .ok)
        #expect(answer([.ifModifiedSince: "yesterday"]).status == .ok)
        // The tag wins over the date.
        let both: HTTPFields = [.ifNoneMatch: "\"other\"", .ifModifiedSince: "Sun, 06 Nov 1994 08:49:37 GMT"]
        #expect(answer(both).status == .ok)
        #expect(answer([.ifMatch: "\"other\""]).status == .preconditionFailed)
        #expect(answer([.ifMatch: "W/\(tag)"]).status == .preconditionFailed)
        #expect(answer([.ifMatch: tag]).status == .ok)
        #expect(answer([.ifUnmodifiedSince: "Sun, 06 Nov 1994 08:49:36 GMT"]).status == .preconditionFailed)
        #expect(answer([.ifNoneMatch: tag]).headers[.contentType] == nil)
    }

    @Test func ifRangeProtectsAgainstMixedContent() {
        #expect(answer([.range: "bytes=0-1", .ifRange: asset.tag]).status == .partialContent)
        #expect(answer([.range: "bytes=0-1", .ifRange: "\"other\""]).status == .ok)
        #expect(answer([.range: "bytes=0-1", .ifRange: "W/\(asset.tag)"]).status == .ok)
        #expect(answer([.range: "bytes=0-1", .ifRange: "Sun, 06 Nov 1994 08:49:37 GMT"]).status == .partialContent)
        #expect(answer([.range: "bytes=0-1", .ifRange: "Sun, 06 Nov 1994 08:49:38 GMT"]).status == .ok)
    }

    @Test(arguments: [0, 784_111_777, 951_782_400, 1_709_164_800, 4_102_444_799, 1_000_000_000])
    func datesRoundTrip(seconds: Int) {
        #expect(HTTPDate.seconds(HTTPDate.text(seconds)) == seconds)
    }
}
