/// What a connection waits for, and for how long: the defence against clients that send or read slowly.
///
/// Time comes in as ticks, so that an ordinary request costs no clock reading and no timer of its own. Pure: the channel
/// handlers tell it what happened and do what it says.
struct ConnectionTimer {
    /// What to do at a tick.
    enum Verdict: Equatable {
        case wait
        /// No request for too long: close without a word (RFC 9112, section 9.5).
        case closeIdle
        /// A head that does not end: answer 408 and close.
        case headTimedOut
        /// A body that comes too slowly: fail it.
        case bodyTooSlow
        /// The client does not read, or lingers after the end: cut the connection.
        case cut
    }

    private enum Phase: Equatable {
        case idle(ticks: Int)
        case head(ticks: Int)
        case body(waitedTicks: Int, bytes: Int)
        case serving
        case closing(ticks: Int)
    }

    private var phase = Phase.idle(ticks: 0)
    private var unwritableTicks = 0
    private let idleTicks: Int
    private let headTicks: Int
    private let graceTicks: Int
    private let writeTicks: Int
    private let lingerTicks: Int
    private let bytesPerTick: Double

    init(_ limits: HTTPLimits) {
        let tick = limits.tick
        func ticks(_ duration: Duration) -> Int { max(1, Int((duration / tick).rounded(.up))) }
        idleTicks = ticks(limits.idleTimeout)
        headTicks = ticks(limits.headTimeout)
        graceTicks = ticks(limits.bodyGrace)
        writeTicks = ticks(limits.writeTimeout)
        lingerTicks = ticks(limits.lingerTimeout)
        bytesPerTick = Double(limits.bodyBytesPerSecond) * (tick / .seconds(1))
    }

    /// Whether a head has begun and not ended.
    var isReadingHead: Bool {
        if case .head = phase { true } else { false }
    }

    /// Whether nothing of a request is here.
    var isIdle: Bool {
        if case .idle = phase { true } else { false }
    }

    /// Bytes came from the client.
    mutating func received(bytes count: Int) {
        switch phase {
        case .idle: phase = .head(ticks: 0)
        case .body(let waited, let bytes): phase = .body(waitedTicks: waited, bytes: bytes + count)
        case .head, .serving, .closing: break
        }
    }

    /// A complete head was read.
    mutating func headEnded() {
        if !isClosing { phase = .body(waitedTicks: 0, bytes: 0) }
    }

    /// A complete request was read. `answered`: its answer is already written.
    mutating func requestEnded(answered: Bool) {
        if !isClosing { phase = answered ? .idle(ticks: 0) : .serving }
    }

    /// The last answer that was owed is written.
    mutating func allAnswered() {
        if phase == .serving { phase = .idle(ticks: 0) }
    }

    /// The output is closed; what the client still sends is dropped.
    mutating func closing() {
        if !isClosing { phase = .closing(ticks: 0) }
    }

    private var isClosing: Bool {
        if case .closing = phase { true } else { false }
    }

    /// A tick has passed. `waitingForClient`: the service has asked for bytes and none came; `writable`: the buffers
    /// towards the client have room.
    mutating func tick(waitingForClient: Bool, writable: Bool) -> Verdict {
        unwritableTicks = writable ? 0 : unwritableTicks + 1
        if unwritableTicks > writeTicks { return .cut }
        switch phase {
        case .idle(let ticks):
            phase = .idle(ticks: ticks + 1)
            return ticks + 1 > idleTicks ? .closeIdle : .wait
        case .head(let ticks):
            phase = .head(ticks: ticks + 1)
            return ticks + 1 > headTicks ? .headTimedOut : .wait
        case .body(let waited, let bytes):
            let waited = waited + (waitingForClient ? 1 : 0)
            phase = .body(waitedTicks: waited, bytes: bytes)
            let slow = waited > graceTicks && Double(bytes) < Double(waited) * bytesPerTick
            return slow ? .bodyTooSlow : .wait
        case .serving:
            return .wait
        case .closing(let ticks):
            phase = .closing(ticks: ticks + 1)
            return ticks + 1 > lingerTicks ? .cut : .wait
        }
    }
}
