import Synchronization

@testable import PandoEdge

/// Drives a cache as a worker does.
struct CacheBench {
    let cache: HTTPCache
    var rules = CacheRules()

    init(_ configuration: HTTPCache.Configuration = HTTPCache.Configuration()) throws {
        cache = try HTTPCache(configuration)
    }

    func query(_ fields: [String] = [], _ target: String = "/a", method: String = "GET") throws -> CacheQuery {
        let query = CacheQuery()
        query.prepare(
            try makeRequest(fields, target, method: method),
            isTLS: false,
            rules: rules,
            hasher: cache.hasher
        )
        return query
    }

    func lookup(
        _ fields: [String] = [],
        _ target: String = "/a",
        method: String = "GET",
        after seconds: Int64 = 0
    ) throws -> CacheLookup {
        cache.lookup(try query(fields, target, method: method), rules: rules, now: testNow + seconds)
    }

    /// The fill that a miss or a validation leads.
    func lead(_ fields: [String] = [], _ target: String = "/a", after seconds: Int64 = 0) throws -> CacheFill {
        switch try lookup(fields, target, after: seconds) {
        case .miss(let fill, _), .validate(_, let fill, _): return fill
        case .hit(_, refresh: .some(let fill)): return fill
        case .hit, .wait, .bypass, .unavailable: throw Unexpected()
        }
    }

    @discardableResult
    func begin(
        _ fill: CacheFill,
        _ response: [String],
        to request: [String] = [],
        status: Int = 200,
        after seconds: Int64 = 0
    ) throws -> StoreDecision {
        cache.begin(
            fill,
            request: try makeRequest(request),
            response: try makeResponse(response, status: status),
            rules: rules,
            requestTime: testNow + seconds,
            responseTime: testNow + seconds
        )
    }

    @discardableResult
    func append(_ fill: CacheFill, _ text: String) -> FillFlow { text.withBytes { cache.append(fill, $0) } }

    /// A whole exchange.
    @discardableResult
    func fetch(
        _ response: [String] = ["Cache-Control: max-age=60"],
        body: String = "hello",
        to request: [String] = [],
        _ target: String = "/a",
        status: Int = 200,
        after seconds: Int64 = 0
    ) throws -> CacheEntry? {
        let fill = try lead(request, target, after: seconds)
        guard case .store = try begin(fill, response, to: request, status: status, after: seconds) else { return nil }
        append(fill, body)
        return cache.finish(fill)
    }

    func confirm(_ fill: CacheFill, _ response: [String], after seconds: Int64) throws -> CacheEntry? {
        cache.confirm(
            fill,
            request: try makeRequest(),
            response: try makeResponse(response, status: 304),
            rules: rules,
            requestTime: testNow + seconds,
            responseTime: testNow + seconds
        )
    }

    struct Unexpected: Error {}
}

extension CacheLookup {
    /// In one word, to compare.
    var word: String {
        switch self {
        case .hit(_, refresh: nil): "hit"
        case .hit(_, refresh: .some): "hit+refresh"
        case .validate(_, _, let forward): "validate \(forward.rawValue)"
        case .miss(_, let forward): "miss \(forward.rawValue)"
        case .wait: "wait"
        case .bypass(let forward): "bypass \(forward.rawValue)"
        case .unavailable: "unavailable"
        }
    }

    var entry: CacheEntry? {
        switch self {
        case .hit(let entry, _), .validate(let entry, _, _): entry
        case .miss, .wait, .bypass, .unavailable: nil
        }
    }

    var fill: CacheFill? {
        switch self {
        case .hit(_, let fill): fill
        case .validate(_, let fill, _), .miss(let fill, _), .wait(let fill): fill
        case .bypass, .unavailable: nil
        }
    }
}

extension FillEvent {
    /// In one word, to compare.
    var word: String {
        switch self {
        case .nothing: "nothing"
        case .head(_, _, let length): "head \(length.map { String($0) } ?? "?")"
        case .chunk(let bytes): "chunk " + String(decoding: bytes, as: UTF8.self)
        case .end: "end"
        case .entry: "entry"
        case .again: "again"
        case .alone: "alone"
        case .failed: "failed"
        }
    }
}

extension CacheBody {
    var text: String { String(decoding: chunks.flatMap { $0 }, as: UTF8.self) }
}

/// Notes who was told.
final class FillRecorder: FillListener {
    private let tokens = Mutex<[UInt64]>([])

    func fillAdvanced(_ token: UInt64) { tokens.withLock { $0.append(token) } }

    /// Those told since the last time.
    func take() -> [UInt64] {
        tokens.withLock { tokens in
            defer { tokens = [] }
            return tokens.sorted()
        }
    }
}
