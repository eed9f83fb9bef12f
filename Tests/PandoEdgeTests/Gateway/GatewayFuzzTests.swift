import Foundation
import TestSupport
import Testing

@testable import PandoEdge

/// Random changes to what gateways read: JSON, tokens, sets of keys, expressions and descriptions.
@Suite(.timeLimit(.minutes(2))) struct GatewayFuzzTests {
    private static let documents: [[UInt8]] = [
        #"{"hotels": [{"id": 1, "name": "A", "price": {"amount": 5.25e1, "currency": "KRW"}}], "next": null}"#,
        #"[true, false, null, -0, 0.5, 1E+2, "\u00e9\ud83d\ude00\n\"", [], {}, [[[{"a": [1]}]]]]"#, #""한국어""#, " 12 ",
        #"{"a": 1, "a": 2, "": {"": []}}"#,
    ].map { Array($0.utf8) }

    private func json(_ bytes: [UInt8]) -> Any? {
        // What is no JSON is none.
        try? JSONSerialization.jsonObject(with: Data(bytes), options: .fragmentsAllowed)
    }

    private func shape(_ bytes: [UInt8], _ keep: FieldTree?) throws -> [UInt8] {
        let output = OutputBytes(capacity: 64)
        try bytes.withUnsafeBufferPointer { bytes in
            try JSONShaper.shape(bytes, keep: keep, asked: nil, drop: FieldTree(["hotels.id"]), into: output)
        }
        return Array(output.bytes)
    }

    /// Whatever is taken for JSON is JSON to others too, and so is what is left of it, which nothing more is taken from.
    @Test func whatIsTakenForJSONIsJSON() throws {
        var taken = 0
        try WireFuzzTests.fuzz(Self.documents, rounds: 8000) { bytes, _ in
            guard (try? JSONValue(reading: bytes)) != nil else {
                // Shaping lets names pass that come twice, and traps as little.
                _ = try? shape(bytes, nil)
                return
            }
            taken += 1
            // Others refuse numbers that are too large for them.
            let isLarge = bytes.contains { $0 == UInt8(ascii: "e") || $0 == UInt8(ascii: "E") }
            if !isLarge { #expect(json(bytes) != nil, "\(String(decoding: bytes, as: UTF8.self))") }
            for keep in [nil, FieldTree(["hotels.name", "hotels.price", "a"])] {
                let shaped = try shape(bytes, keep)
                _ = try JSONValue(reading: shaped)
                #expect(try shape(shaped, keep) == shaped)
            }
        }
        #expect(taken > 500)
    }

    /// No change to a token is believed.
    @Test func noChangedTokenIsBelieved() throws {
        let forge = TokenForge.shared
        let keys = try KeySet(reading: Array(forge.jwks.utf8), takesSecrets: true)
        let token = Array(forge.token("\"sub\":\"a\"").utf8)
        let others = ["{}", "{\"alg\":\"none\"}", "{\"alg\":\"HS256\"}"].map {
            Array((TokenForge.text($0.utf8) + ".").utf8)
        }
        func isBelieved(_ bytes: [UInt8]) -> Bool {
            bytes.withUnsafeBufferPointer { bytes in
                guard let signed = try? SignedToken(bytes), let key = keys.key(signed.keyID, signed.algorithm) else {
                    return false
                }
                let message = UnsafeBufferPointer(rebasing: bytes[..<signed.signedCount])
                return key.verifies(signed.signature, of: message, by: signed.algorithm)
            }
        }
        // The control: the token itself is.
        #expect(isBelieved(token))
        WireFuzzTests.fuzz([token, token, token] + others) { bytes, _ in
            if bytes != token { #expect(!isBelieved(bytes), "\(String(decoding: bytes, as: UTF8.self))") }
        }
    }

    @Test func keysAreReadOrRefused() {
        WireFuzzTests.fuzz([Array(TokenForge.shared.jwks.utf8)]) { bytes, _ in
            do throws(KeySetFault) {
                _ = try KeySet(reading: bytes, takesSecrets: true)
            } catch {
                #expect(!error.problem.isEmpty)
            }
        }
    }

    /// An expression is refused, or compares any text in a bounded time.
    @Test func expressionsAreRefusedOrCompare() {
        let corpus = ["^[0-9A-Z]{4}-\\d{2,}$", "(?:a|bc)+?[^x-z]*$", "^(a+)+(a|a)*(a*)*$", "\\S+@\\w+\\.u0041.{2}"]
        WireFuzzTests.fuzz(corpus.map { Array($0.utf8) }) { bytes, _ in
            guard let text = String(validating: bytes, as: UTF8.self) else { return }
            do throws(PatternFault) {
                let pattern = try TextPattern(text)
                for tried in ["", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaab", "AB12-99", "é漢", text] {
                    _ = pattern.matches(tried)
                }
            } catch {
                #expect(!error.problem.isEmpty)
            }
        }
    }

    @Test func descriptionsAreReadOrRefused() {
        let yaml = """
            openapi: 3.0.3
            info: {title: Shop, version: "1"}
            paths:
              /items/{id}:
                parameters: [{name: id, in: path, required: true, schema: {type: string, pattern: "^[a-z]+$"}}]
                post:
                  requestBody: {content: {application/json: {schema: {$ref: "#/components/schemas/Item"}}}}
                  responses: {}
            components:
              schemas:
                Item: {type: object, properties: {next: {$ref: "#/components/schemas/Item"}, price: {type: number, minimum: 0}}}
            """
        let json =
            #"{"openapi": "3.1.0", "paths": {"/a": {"get": {"parameters": [{"name": "n", "in": "query", "schema": {"type": ["integer", "null"], "maximum": 5}}]}}}}"#
        WireFuzzTests.fuzz([yaml, json].map { Array($0.utf8) }, rounds: 1500) { bytes, _ in
            do throws(OpenAPIFault) {
                var compiler = OpenAPICompiler(try OpenAPIDocument(reading: bytes))
                try compiler.compile()
            } catch {
                #expect(!error.problem.isEmpty)
            }
        }
    }
}
