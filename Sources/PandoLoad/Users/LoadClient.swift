import NIOCore
import Synchronization

/// One user's view of the service: sends requests, keeps cookies, knows its place in the run.
///
/// A client belongs to one pass of a scenario at a time, but may be used by several child tasks of it.
public final class LoadClient: Sendable {
    /// What the clients of a lane share.
    struct Context: Sendable {
        var lane: NIOLoopBound<Lane>
        var head: RequestHead
        var seed: UInt64
        var journal: LoadJournal?
    }

    private struct State {
        var cookies = CookieJar()
        var headers: [LoadHeader] = []
        var random: SeededGenerator
        var pass: Int
        var intended: Nanoseconds?  // of the pass's first request
    }

    let context: Context
    private let state: Mutex<State>

    /// The number of the user, from 0; users of different event loops may have the same.
    public let user: Int

    init(_ context: Context, user: Int) {
        self.context = context
        self.user = user
        let random = SeededGenerator(seed: context.seed, stream: 1 << 32 ^ UInt64(truncatingIfNeeded: user))
        state = Mutex(State(random: random, pass: -1))
    }

    /// Begins a pass: its first request counts its latency from the arrival.
    func begin(_ pass: Pass) {
        state.withLock {
            $0.pass = pass.index
            $0.intended = pass.arrived
            $0.random = SeededGenerator(seed: context.seed, stream: 1 << 33 ^ UInt64(truncatingIfNeeded: pass.index))
        }
    }

    /// The number of the arrival that this pass serves, unique in the run; −1 while the user is prepared.
    public var pass: Int { state.withLock { $0.pass } }

    /// A number from the run's seed, the same in each run for the same pass.
    public func random(in range: ClosedRange<Int>) -> Int {
        state.withLock { Int.random(in: range, using: &$0.random) }
    }

    /// An element from the run's seed; the collection must not be empty.
    public func randomElement<C: RandomAccessCollection>(of choices: C) -> C.Element {
        precondition(!choices.isEmpty, "nothing to choose from")
        return choices[choices.index(choices.startIndex, offsetBy: random(in: 0...(choices.count - 1)))]
    }

    /// An idempotency key, unique in this run and most likely in all: `seed-pass-random` in hexadecimal.
    public func makeKey() -> String {
        let (pass, number) = state.withLock { ($0.pass, $0.random.next()) }
        let unique = UInt64.random(in: .min ... .max)
        return "\(String(UInt64(bitPattern: Int64(pass)) ^ number, radix: 16))-\(String(unique, radix: 16))"
    }

    /// Sets a field that all further requests of this user have; nil takes it away. `Authorization` is the usual one.
    public func setHeader(_ name: String, _ value: String?) {
        state.withLock {
            $0.headers.removeAll { $0.name.lowercased() == name.lowercased() }
            if let value { $0.headers.append(LoadHeader(name, value)) }
        }
    }

    /// The value of one of this user's cookies.
    public func cookie(_ name: String) -> String? { state.withLock { $0.cookies[name] } }

    /// Sends a request and waits for its answer, whatever its status.
    ///
    /// - Parameters:
    ///   - method: the method.
    ///   - path: the path with its query.
    ///   - name: its row in the report; by default the method and the path without its query. Give one where the path has
    ///     an id in it: more than 256 names are counted together.
    ///   - headers: header fields of this request, beside those of the user.
    ///   - body: the bytes of the body.
    ///   - accepting: statuses from 400 up that are no errors, for example 409 for "sold out".
    /// - Throws: `noResponse` if no answer came (``LoadError/outcomeIsUnknown`` says whether the request may have been
    ///   carried out), `invalidRequest` if it cannot be written, `CancellationError` when the run is over.
    public func request(
        _ method: String,
        _ path: String,
        as name: String? = nil,
        headers: [LoadHeader] = [],
        body: [UInt8] = [],
        accepting: [Int] = []
    ) async throws -> LoadResponse {
        try Task.checkCancellation()
        let (fields, cookies, intended) = state.withLock { state in
            defer { state.intended = nil }
            return (state.headers + headers, state.cookies.field, state.intended)
        }
        let bytes = try context.head.bytes(method, path, headers: fields, cookies: cookies, body: body)
        let row = name ?? "\(method) \(path.prefix { $0 != "?" })"
        let response = try await withCheckedThrowingContinuation { reply in
            send(bytes, row, isHead: method == "HEAD", accepting, intended: intended, reply)
        }
        if response.setsCookies {
            state.withLock { for field in response.values(of: "set-cookie") { $0.cookies.store(field) } }
        }
        return response
    }

    private func send(
        _ bytes: ByteBuffer,
        _ row: String,
        isHead: Bool,
        _ accepting: [Int],
        intended: Nanoseconds?,
        _ reply: CheckedContinuation<LoadResponse, any Error>
    ) {
        @Sendable func onLoop() {
            let now = Nanoseconds.now
            let lane = context.lane.value
            var exchange = Exchange(bytes: bytes, row: lane.statistics.row(row), intended: intended ?? now)
            exchange.isHead = isHead
            exchange.accepting = accepting
            exchange.reply = reply
            lane.send(exchange, at: now)
        }
        let loop = context.lane.eventLoop
        if loop.inEventLoop { onLoop() } else { loop.execute { onLoop() } }
    }
}
