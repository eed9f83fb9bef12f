import NIOCore

/// Nanoseconds on the monotonic clock (``NIODeadline``'s).
typealias Nanoseconds = UInt64

extension Nanoseconds {
    /// The monotonic clock now.
    static var now: Nanoseconds { NIODeadline.now().uptimeNanoseconds }
}

/// One request and where its answer goes.
struct Exchange {
    /// The request as it goes on the wire.
    var bytes: ByteBuffer
    /// The row of the statistics.
    var row: Int
    /// When it was meant to start.
    var intended: Nanoseconds
    /// When it was written to a connection; 0 before.
    var sent: Nanoseconds = 0
    /// Whether the method is `HEAD`, whose answers have no body.
    var isHead = false
    /// Statuses from 400 up that are no errors.
    var accepting: [Int] = []
    /// Who waits for the answer itself; nil if only its statistics matter. Resumed exactly once, by ``Lane``.
    var reply: CheckedContinuation<LoadResponse, any Error>?
}

/// How an exchange ended.
enum ExchangeEnd {
    /// A complete answer; `response` is there if the exchange had somebody waiting for it.
    case answered(status: Int, response: LoadResponse?)
    case failed(LoadFailure)
}
