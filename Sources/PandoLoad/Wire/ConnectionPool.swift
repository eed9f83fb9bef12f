import NIOCore
import NIOPosix

/// The connections of one lane: at most `maxConnections`, opened on demand, the last one used reused first.
///
/// Requests for which no connection is free wait in order, at most `maxWaiting` of them; one more is dropped. While the
/// target refuses connections and none is open, requests fail at once as `refused`, as each user's own attempt would, and
/// one attempt at a time probes behind a jittered backoff. Confined to its event loop.
final class ConnectionPool {
    struct Limits {
        var maxConnections: Int
        var maxWaiting: Int
        var requestTimeout: Nanoseconds
        var maxBodyBytes: Int
        /// Connections idle for longer are closed and not used: servers close theirs at such ages, and a request that
        /// crosses the closing is lost.
        var maxIdle: Nanoseconds = 15_000_000_000
        var connectTimeout: TimeAmount = .seconds(5)
        /// Attempts to connect at a time: a burst of them overflows the target's queue, and tells nothing more if it is down.
        var maxConnecting = 16
    }

    private let loop: any EventLoop
    private let address: SocketAddress
    private let limits: Limits
    private var random: SeededGenerator
    private let ended: (Exchange, ExchangeEnd, Nanoseconds) -> Void

    private var all: [ConnectionHandler] = []
    private var idle: [ConnectionHandler] = []
    private var waiting = CircularBuffer<Exchange>()
    private var connecting = 0
    private var backoff = Backoff()
    private var lastConnectFailure = LoadFailure.refused
    private var closed: EventLoopPromise<Void>?

    /// Connections opened so far.
    private(set) var opened = 0
    /// Attempts to connect that failed so far.
    private(set) var connectFailures = 0

    /// - Parameter ended: called for each exchange once; it may dispatch again.
    init(
        loop: any EventLoop,
        address: SocketAddress,
        limits: Limits,
        random: SeededGenerator,
        ended: @escaping (Exchange, ExchangeEnd, Nanoseconds) -> Void
    ) {
        self.loop = loop
        self.address = address
        self.limits = limits
        self.random = random
        self.ended = ended
        waiting.reserveCapacity(min(limits.maxWaiting, 1024))
    }

    /// Requests on connections.
    var inFlight: Int { all.count - idle.count }
    /// Requests that wait for a connection.
    var waitingCount: Int { waiting.count }
    /// Until when the target is left alone; 0 if it is not.
    var quietUntil: Nanoseconds { all.isEmpty ? backoff.until : 0 }

    /// Sends a request as soon as a connection is free.
    func dispatch(_ exchange: Exchange, at now: Nanoseconds) {
        if waiting.isEmpty, let connection = takeIdle(now) {
            connection.send(exchange, at: now)
        } else if closed != nil {
            ended(exchange, .failed(.unfinished), now)
        } else if all.isEmpty, connecting == 0, backoff.until > now {
            ended(exchange, .failed(lastConnectFailure), now)
        } else if waiting.count >= limits.maxWaiting {
            ended(exchange, .failed(.dropped), now)
        } else {
            waiting.append(exchange)
            openWhatIsNeeded()
        }
    }

    private func takeIdle(_ now: Nanoseconds) -> ConnectionHandler? {
        while let connection = idle.popLast() {
            if now < connection.idleSince + limits.maxIdle, connection.isActive { return connection }
            connection.close(because: .closed)
        }
        return nil
    }

    private func openWhatIsNeeded() {
        while connecting < min(waiting.count, limits.maxConnecting), all.count + connecting < limits.maxConnections,
            backoff.failures == 0 || connecting == 0
        {
            connect()
        }
    }

    private func connect() {
        connecting += 1
        let handler = ConnectionHandler(pool: self, maxBodyBytes: limits.maxBodyBytes)
        let bound = NIOLoopBound(handler, eventLoop: loop)
        ClientBootstrap(group: loop)
            .connectTimeout(limits.connectTimeout)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(bound.value) }
            }
            .connect(to: address)
            .assumeIsolated()
            .whenComplete { result in
                self.connecting -= 1
                switch result {
                case .success where handler.isActive: self.opened(handler, .now)
                case .success: self.connectFailed(.reset, .now)
                case .failure(let error): self.connectFailed(Self.failure(of: error), .now)
                }
                self.completeIfClosed()
            }
    }

    private static func failure(of error: any Error) -> LoadFailure {
        let reason = (error as? IOError)?.errnoCode
        return reason == ECONNREFUSED || reason == ECONNRESET ? .refused : .connectFailed
    }

    private func opened(_ connection: ConnectionHandler, _ now: Nanoseconds) {
        opened += 1
        backoff.succeeded()
        connection.slot = all.count
        all.append(connection)
        if closed != nil { return connection.close(because: .unfinished) }
        free(connection, now)
        openWhatIsNeeded()
    }

    private func connectFailed(_ failure: LoadFailure, _ now: Nanoseconds) {
        connectFailures += 1
        lastConnectFailure = failure == .reset ? .refused : failure
        backoff.failed(at: now, using: &random)
        guard all.isEmpty, connecting == 0 else { return }  // others may still serve those who wait
        var failing = CircularBuffer<Exchange>()
        swap(&failing, &waiting)
        for exchange in failing { ended(exchange, .failed(lastConnectFailure), now) }
    }

    /// Gives a free connection to who waits longest, or keeps it.
    private func free(_ connection: ConnectionHandler, _ now: Nanoseconds) {
        if let next = waiting.popFirst() {
            connection.send(next, at: now)
        } else {
            idle.append(connection)
        }
    }

    /// An answer is complete.
    func answered(
        _ connection: ConnectionHandler,
        _ exchange: Exchange,
        _ end: ExchangeEnd,
        _ isReusable: Bool,
        _ now: Nanoseconds
    ) {
        if isReusable, connection.slot >= 0, connection.isActive, closed == nil {
            free(connection, now)  // before the bookkeeping, so that the server has work
        } else {
            connection.close(because: .closed)
        }
        ended(exchange, end, now)
    }

    /// A connection is gone, with the request that it carried.
    func lost(_ connection: ConnectionHandler, _ exchange: Exchange?, _ failure: LoadFailure, _ now: Nanoseconds) {
        if connection.slot >= 0 {
            let last = all.removeLast()
            if last !== connection {
                all[connection.slot] = last
                last.slot = connection.slot
            }
            connection.slot = -1
            idle.removeAll { $0 === connection }
        }
        if let exchange { ended(exchange, .failed(failure), now) }
        if closed == nil, !waiting.isEmpty { openWhatIsNeeded() }
        completeIfClosed()
    }

    /// Ends what has waited too long; called every tenth of a second, which is the precision of the time out.
    func sweep(_ now: Nanoseconds) {
        for connection in all {
            if let exchange = connection.exchange, exchange.sent + limits.requestTimeout <= now {
                connection.close(because: .timeout)
            }
        }
        while let first = waiting.first, first.intended + limits.requestTimeout <= now {
            waiting.removeFirst()
            ended(first, .failed(.waitTimeout), now)
        }
    }

    /// Ends all requests in hand or waiting as `unfinished`; the pool stays usable.
    func failAll(_ now: Nanoseconds) {
        while let exchange = waiting.popFirst() { ended(exchange, .failed(.unfinished), now) }
        for connection in all where connection.exchange != nil { connection.close(because: .unfinished) }
    }

    /// Closes all connections; requests in hand or waiting end as `unfinished`. The future completes when all are closed.
    func close() -> EventLoopFuture<Void> {
        if let closed { return closed.futureResult }
        let promise = loop.makePromise(of: Void.self)
        closed = promise
        failAll(.now)
        for connection in all { connection.close(because: .unfinished) }
        completeIfClosed()
        return promise.futureResult
    }

    private func completeIfClosed() {
        if let closed, all.isEmpty, connecting == 0 { closed.succeed(()) }
    }
}
