import Testing

@testable import PandoEdge

/// RFC 9110 §8.8.3 and §13; RFC 9111 §4.3.2.
@Suite struct PreconditionsTests {
    private let changed: Int64 = 784_111_000
    private let changedText = "Sun, 06 Nov 1994 08:36:40 GMT"
    private let laterText = "Sun, 06 Nov 1994 08:36:41 GMT"
    private let earlierText = "Sun, 06 Nov 1994 08:36:39 GMT"

    private func outcome(
        _ fields: [String],
        tag: String? = "\"abc\"",
        hasDate: Bool = true,
        method: String = "GET",
        exists: Bool = true
    ) throws -> Preconditions.Outcome {
        let request = try makeRequest(fields, method: method)
        return (tag ?? "").withBytes { bytes in
            let own = Validators(tag: EntityTag(bytes), lastModified: hasDate ? changed : nil, date: testNow.seconds)
            return Preconditions.evaluate(request, exists ? own : nil, now: testNow)
        }
    }

    /// §8.8.3.2.
    @Test(arguments: [
        ("W/\"1\"", "W/\"1\"", false, true), ("W/\"1\"", "W/\"2\"", false, false), ("W/\"1\"", "\"1\"", false, true),
        ("\"1\"", "\"1\"", true, true),
    ])
    func comparison(_ one: String, _ other: String, _ strong: Bool, _ weak: Bool) {
        one.withBytes { one in
            other.withBytes { other in
                guard let one = EntityTag(one), let other = EntityTag(other) else {
                    Issue.record("no tags")
                    return
                }
                #expect(one.isStronglyEqual(other) == strong)
                #expect(one.isWeaklyEqual(other) == weak)
            }
        }
    }

    @Test(arguments: ["\"a", "\"", "W/a", "W/\"a", "w/\"a\"\"", "\"a b\"", ""])
    func notATag(_ text: String) {
        #expect(text.withBytes { EntityTag($0) == nil || text.hasPrefix("w") })
    }

    /// §13.1.2.
    @Test(arguments: [
        "\"abc\"", "W/\"abc\"", "\"x\", \"abc\"", "\"x\" , W/\"abc\",\"y\"", "*", ",\"a,b\", \"abc\"",
        "\"x\"\r\nIf-None-Match: \"abc\"",
    ])
    func ifNoneMatchIsNotModified(_ value: String) throws {
        #expect(try outcome(["If-None-Match: " + value]) == .notModified)
        #expect(try outcome(["If-None-Match: " + value], method: "HEAD") == .notModified)
        #expect(try outcome(["If-None-Match: " + value], method: "PUT") == .failed)
    }

    @Test(arguments: ["\"abcd\"", "\"x, \\\"abc\\\"\"", "\"x,\"abc\"", ""])
    func ifNoneMatchIsModified(_ value: String) throws {
        #expect(try outcome(["If-None-Match: " + value]) == .proceed)
    }

    @Test func starOfNothingProceeds() throws {
        #expect(try outcome(["If-None-Match: *"], exists: false) == .proceed)
        #expect(try outcome(["If-Match: *"], exists: false) == .failed)
    }

    /// §13.1.3.
    @Test func ifModifiedSince() throws {
        #expect(try outcome(["If-Modified-Since: " + changedText]) == .notModified)
        #expect(try outcome(["If-Modified-Since: " + laterText]) == .notModified)
        #expect(try outcome(["If-Modified-Since: " + earlierText]) == .proceed)
        #expect(try outcome(["If-Modified-Since: yesterday"]) == .proceed)
        #expect(try outcome(["If-Modified-Since: " + laterText], method: "POST") == .proceed)
        // RFC 9111 §4.3.2: Date in the place of Last-Modified.
        #expect(try outcome(["If-Modified-Since: Sun, 06 Nov 1994 08:49:37 GMT"], hasDate: false) == .notModified)
        #expect(try outcome(["If-Modified-Since: Sun, 06 Nov 1994 08:49:36 GMT"], hasDate: false) == .proceed)
    }

    /// §13.2.2: the order.
    @Test func ifNoneMatchTakesPrecedence() throws {
        #expect(try outcome(["If-None-Match: \"x\"", "If-Modified-Since: " + laterText]) == .proceed)
        #expect(try outcome(["If-None-Match: \"abc\"", "If-Modified-Since: " + earlierText]) == .notModified)
        #expect(try outcome(["If-Match: \"x\"", "If-None-Match: \"abc\""]) == .failed)
        #expect(try outcome(["If-Match: \"abc\"", "If-None-Match: \"abc\""]) == .notModified)
        #expect(try outcome(["If-Match: \"abc\"", "If-Unmodified-Since: " + earlierText]) == .proceed)
    }

    /// §13.1.1, §13.1.4.
    @Test func ifMatchIsStrong() throws {
        #expect(try outcome(["If-Match: \"abc\""]) == .proceed)
        #expect(try outcome(["If-Match: W/\"abc\""]) == .failed)
        #expect(try outcome(["If-Match: \"abc\""], tag: "W/\"abc\"") == .failed)
        #expect(try outcome(["If-Match: *"]) == .proceed)
        #expect(try outcome(["If-Unmodified-Since: " + changedText]) == .proceed)
        #expect(try outcome(["If-Unmodified-Since: " + earlierText]) == .failed)
    }

    /// §13.1.5.
    @Test func ifRangeIsExactAndStrong() throws {
        func allows(_ value: String, tag: String = "\"abc\"", age: Int64 = 777) throws -> Bool {
            let request = try makeRequest(["Range: bytes=0-1", "If-Range: " + value])
            return tag.withBytes { bytes in
                let own = Validators(tag: EntityTag(bytes), lastModified: changed, date: changed + age)
                return Preconditions.allowsRange(request, own, now: testNow)
            }
        }
        #expect(try allows("\"abc\""))
        #expect(try !allows("\"abd\""))
        #expect(try !allows("W/\"abc\"", tag: "W/\"abc\""))
        #expect(try allows(changedText))
        #expect(try !allows(laterText))
        #expect(try !allows(changedText, age: 59))
        #expect(try !allows("garbage"))
    }
}
