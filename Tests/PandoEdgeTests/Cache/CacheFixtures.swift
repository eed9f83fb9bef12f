@testable import PandoEdge

/// A moment for tests: Sun, 06 Nov 1994 08:49:37 GMT.
let testNow = CacheTime(seconds: 784_111_777)

let testHasher = SipHash(key0: 1, key1: 2)

/// A request's head, as the wire has it.
func makeRequest(_ fields: [String] = [], _ target: String = "/a", method: String = "GET") throws -> Head {
    let head = Head()
    let text = (["\(method) \(target) HTTP/1.1", "Host: example.org"] + fields).joined(separator: "\r\n") + "\r\n\r\n"
    let result = text.withBytes { bytes in
        Result { () throws(HeadError) in try HeadParser.request(bytes, into: head, limits: HeadLimits()) }
    }
    _ = try result.get()
    _ = try RequestRules(head)
    return head
}

/// A response's head, as the wire has it.
func makeResponse(_ fields: [String] = [], status: Int = 200) throws -> Head {
    let head = Head()
    let bytes = Array((["HTTP/1.1 \(status) OK"] + fields).joined(separator: "\r\n").utf8) + Array("\r\n\r\n".utf8)
    let result = bytes.withUnsafeBufferPointer { bytes in
        Result { () throws(HeadError) in try HeadParser.response(bytes, into: head, limits: HeadLimits()) }
    }
    _ = try result.get()
    return head
}

/// The decision about a response to a request, with no delay between them.
func decide(
    _ response: Head,
    to request: Head,
    rules: CacheRules = CacheRules(),
    at time: CacheTime = testNow
) -> StoreDecision {
    StoreDecision.make(request: request, response: response, rules: rules, requestTime: time, responseTime: time)
}

extension StoreDecision {
    var terms: StoreTerms? { if case .store(let terms) = self { terms } else { nil } }
    var refusal: StoreRefusal? { if case .refuse(let refusal) = self { refusal } else { nil } }
}

/// An entry of a response to a request; traps where it may not be stored.
func makeEntry(
    _ response: Head,
    to request: Head,
    body: String = "hello",
    rules: CacheRules = CacheRules(),
    at time: CacheTime = testNow
) throws -> CacheEntry {
    guard let terms = decide(response, to: request, rules: rules, at: time).terms else { throw NotStorable() }
    let query = CacheQuery()
    query.prepare(request, isTLS: false, rules: rules, hasher: testHasher)
    return CacheEntry(
        key: query.key,
        variant: terms.variant,
        facts: terms.facts,
        head: StoredHead(response, withheld: terms.withheldFields, date: terms.facts.date),
        body: CacheBody([Array(body.utf8)]),
        tags: CacheTags.read(response, testHasher) ?? [],
        generation: 1
    )
}

struct NotStorable: Error {}

extension CacheEntry {
    /// The head of an answer from it, as a client of HTTP/1 gets it.
    func text(_ plan: ServePlan, at time: CacheTime) -> String {
        let (response, output) = (Head(), OutputBytes(capacity: 1024))
        let rules = copyHead(plan, into: response, isHead: false, now: time)
        let date = DateLine(seconds: Int(time.seconds))
        _ = HeadWriter.response(response, rules, terms: .init(), via: [], date: date, to: output)
        return output.text
    }
}

extension String {
    func withBytes<Result>(_ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
        Array(utf8).withUnsafeBufferPointer(body)
    }
}

extension OutputBytes {
    var text: String { String(decoding: bytes, as: UTF8.self) }
}
