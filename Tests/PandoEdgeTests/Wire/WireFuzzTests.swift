import Foundation
import TestSupport
import Testing

@testable import PandoEdge

/// Random changes to known inputs. `PANDO_FUZZ_SEED` repeats a run, `PANDO_FUZZ_SECONDS` lengthens it.
@Suite struct WireFuzzTests {
    /// Calls with random bytes until the rounds, or the seconds asked for, are over.
    static func fuzz(
        _ corpus: [[UInt8]],
        rounds: Int = 4000,
        _ check: ([UInt8], inout SeededGenerator) throws -> Void
    ) rethrows {
        var random = SeededGenerator(variable: "PANDO_FUZZ_SEED")
        let seconds = Double(ProcessInfo.processInfo.environment["PANDO_FUZZ_SECONDS"] ?? "") ?? 0
        let end = Date().addingTimeInterval(seconds)
        print("PANDO_FUZZ_SEED=\(random.seed)")
        var round = 0
        while round < rounds || Date() < end {
            round += 1
            var bytes = corpus.randomElement(using: &random) ?? []
            mutate(&bytes, corpus, &random)
            try check(bytes, &random)
        }
    }

    /// What is put in by preference: it has a meaning somewhere.
    private static let pieces: [[UInt8]] = [
        "\r\n", "\n", "\r", "\r\n\r\n", " ", "\t", ":", ",", ";", "\0", "\"", "\\", "0", "0x", "+", "-", "_", "[", "]",
        "@", "#",
        "\r\nContent-Length: 5", "\r\nTransfer-Encoding: chunked", "\r\nHost: b", "\r\nConnection: close, x",
        "chunked", "HTTP/1.1", "0\r\n\r\n", "\r\n ", "%", "\u{80}",
    ].map { Array($0.utf8) }

    private static func mutate(_ bytes: inout [UInt8], _ corpus: [[UInt8]], _ random: inout SeededGenerator) {
        for _ in 0..<Int.random(in: 0...4, using: &random) {
            let place = Int.random(in: 0...bytes.count, using: &random)
            switch Int.random(in: 0..<7, using: &random) {
            case 0: if place < bytes.count { bytes[place] = .random(in: 0...255, using: &random) }
            case 1: if place < bytes.count { bytes.remove(at: place) }
            case 2: bytes.insert(.random(in: 0...255, using: &random), at: place)
            case 3: bytes.insert(contentsOf: pieces.randomElement(using: &random) ?? [], at: place)
            case 4: bytes.removeSubrange(place...)
            case 5:
                let other = Int.random(in: 0...bytes.count, using: &random)
                bytes.insert(contentsOf: bytes[min(place, other)..<max(place, other)], at: place)
            default: bytes.insert(contentsOf: corpus.randomElement(using: &random) ?? [], at: place)
            }
        }
    }

    private static var requests: [[UInt8]] {
        (RequestRulesTests.passed.map(\.from) + SmugglingTests.refused.map(\.2) + [HeadParserTests.request]
            + ChunkedDecoderTests.taken.map { ChunkedDecoderTests.head + $0.body })
            .map { Array($0.utf8) }
    }

    /// What is passed on is read by the edge itself in the same way, and takes no byte that was not there. The beginning of
    /// what is refused is refused or incomplete.
    @Test func requestThatIsPassedOnIsReadTheSameAgain() throws {
        try Self.fuzz(Self.requests) { bytes, random in
            let reading = WireReading.request(bytes)
            let split = Int.random(in: 0...bytes.count, using: &random)
            let first = WireReading.request(Array(bytes[..<split]))
            if first != .incomplete { #expect(first == reading, "\(bytes)") }
            guard case .passed(let text, let taken) = reading else { return }
            try #require(taken <= bytes.count)
            #expect(WireReading.request(Array(bytes[..<taken])) == reading)
            #expect(WireReading.request(Array(bytes[..<(taken - 1)])) == .incomplete, "\(bytes)")
            guard !text.contains("Host: \r\n"), !text.contains("\u{FFFD}") else { return }
            guard case .passed(let again, let all) = WireReading.request(Array(text.utf8)) else {
                Issue.record("what is passed on is refused: \(text.debugDescription)")
                return
            }
            #expect(all == text.utf8.count)
            // Max-Forwards goes down each time, and an absolute form is one no more.
            if !text.lowercased().contains("max-forwards") { #expect(again == text) }
        }
    }

    @Test func responseThatIsPassedOnIsReadTheSameAgain() throws {
        let corpus = (ResponseRulesTests.passed.map(\.from) + ResponseRulesTests.refused.map(\.1)).map {
            Array($0.utf8)
        }
        try Self.fuzz(corpus) { bytes, random in
            let method = [Method.get, .head, .post, .connect].randomElement(using: &random) ?? .get
            let reading = WireReading.response(bytes, to: method)
            guard case .passed(let text, let taken) = reading else { return }
            try #require(taken <= bytes.count)
            guard !text.contains("\u{FFFD}"), !text.hasPrefix("HTTP/1.1 101"), !text.hasPrefix("HTTP/1.1 426") else {
                return
            }
            guard case .passed(let again, let all) = WireReading.response(Array(text.utf8), to: method) else {
                Issue.record("what is passed on is refused: \(text.debugDescription)")
                return
            }
            #expect(all == text.utf8.count)
            #expect(again == text)
        }
    }

    @Test func headIsParsedTheSameInEveryPlaceOfItsBuffer() {
        Self.fuzz(Self.requests, rounds: 1500) { bytes, random in
            var limits = HeadLimits()
            limits.headBytes = Int.random(in: 1...300, using: &random)
            limits.targetBytes = Int.random(in: 1...40, using: &random)
            limits.fields = Int.random(in: 0...8, using: &random)
            let whole = WireReading.request(bytes, limits: limits)
            var reading = WireReading.incomplete
            for count in 0...bytes.count where reading == .incomplete {
                reading = .request(Array(bytes[..<count]), limits: limits)
            }
            #expect(reading == whole, "\(bytes) \(limits)")
        }
    }

    @Test func chunkedBodyIsTheSameInEverySplit() {
        let corpus = (ChunkedDecoderTests.taken.map(\.body) + ChunkedDecoderTests.refused.map(\.1)).map {
            Array($0.utf8)
        }
        Self.fuzz(corpus) { bytes, random in
            var pieces: [[UInt8]] = []
            var start = 0
            while start < bytes.count {
                let end = min(bytes.count, start + .random(in: 1...7, using: &random))
                pieces.append(Array(bytes[start..<end]))
                start = end
            }
            #expect(Self.outcome([bytes]) == Self.outcome(pieces), "\(bytes)")
        }
    }

    private static func outcome(_ pieces: [[UInt8]]) -> Result<WireBody?, HeadError> {
        Result { () throws(HeadError) in try WireBody.chunked(pieces) }
    }

    @Test func randomBytesDoNoHarm() {
        Self.fuzz([[]]) { _, random in
            let bytes = (0..<Int.random(in: 0...600, using: &random)).map { _ in
                UInt8.random(in: 0...255, using: &random)
            }
            _ = WireReading.request(bytes)
            _ = WireReading.response(bytes)
            _ = Self.outcome([bytes])
        }
    }
}
