import DequeModule
import HTTPTypes
import NIOCore
import Synchronization

/// What has arrived of a connection's requests and was not yet taken by the one task that serves it.
///
/// Bounded: while ``mayRead()`` is false nothing is read off the socket, so a client that sends faster than its requests are
/// handled waits.
final class RequestInbox: Sendable {
    /// A part of a request.
    enum Part: Sendable {
        case head(HTTPRequest)
        case body(ByteBuffer)
        case end
    }

    private struct State {
        var parts = Deque<Part>()
        var waiter: CheckedContinuation<Part?, any Error>?
        /// Set when nothing more will come: success for the orderly end.
        var ending: Result<Void, any Error>?
        /// Whether the body of the request in hand was taken to its end.
        var isBodyTaken = true
        var holdsReads = false
    }

    /// Parts that wait at most, of at most 64 KiB each.
    private static let limit = 8

    private let state = Mutex(State())

    // MARK: - The event loop's side

    /// A part has arrived.
    func deliver(_ part: Part) {
        let waiter = state.withLock { state in
            guard let waiter = state.waiter else {
                state.parts.append(part)
                return nil as CheckedContinuation<Part?, any Error>?
            }
            state.waiter = nil
            return waiter
        }
        waiter?.resume(returning: part)
    }

    /// Nothing more will come; what waits is still handed out.
    func finish(_ ending: Result<Void, any Error> = .success(())) {
        let waiter = state.withLock { state in
            if state.ending == nil { state.ending = ending }
            defer { state.waiter = nil }
            return state.waiter
        }
        waiter?.resume(with: ending.map { nil })
    }

    /// Whether there is room for more; where there is not, ``next()`` says when there is.
    func mayRead() -> Bool {
        state.withLock { state in
            state.holdsReads = state.parts.count >= Self.limit
            return !state.holdsReads
        }
    }

    // MARK: - The task's side

    /// The head of the next request; nil at the end of the connection. What is left of the body before it is dropped.
    ///
    /// - Parameter resume: called where reading was held back and may go on.
    /// - Throws: why the connection broke.
    func nextHead(_ resume: () -> Void) async throws -> HTTPRequest? {
        while try await nextBody(resume) != nil {}
        guard case .head(let head) = try await next(resume) else { return nil }
        state.withLock { $0.isBodyTaken = false }
        return head
    }

    /// The next piece of the body of the request in hand; nil at its end.
    ///
    /// - Throws: ``RequestBodyError`` where the body never ends, or why the connection broke.
    func nextBody(_ resume: () -> Void) async throws -> ByteBuffer? {
        if state.withLock({ $0.isBodyTaken }) { return nil }
        switch try await next(resume) {
        case .body(let buffer): return buffer
        case .end:
            state.withLock { $0.isBodyTaken = true }
            return nil
        case .head, nil: throw RequestBodyError.malformed
        }
    }

    /// The whole body of the request in hand, where it has arrived and is in one piece: the common case.
    func wholeBody() -> ByteBuffer? {
        state.withLock { state in
            var buffer = ByteBuffer()
            if case .body(let only) = state.parts.first { buffer = only }
            let count = buffer.readableBytes > 0 ? 1 : 0
            guard state.parts.count > count, case .end = state.parts[count] else { return nil }
            state.parts.removeFirst(count + 1)
            state.isBodyTaken = true
            return buffer
        }
    }

    private func next(_ resume: () -> Void) async throws -> Part? {
        let (part, heldReads) = state.withLock { state in
            defer { state.holdsReads = false }
            return (state.parts.popFirst(), state.holdsReads)
        }
        if heldReads { resume() }
        if let part { return part }
        return try await withCheckedThrowingContinuation { continuation in
            let answer = state.withLock { state -> Result<Part?, any Error>? in
                if let part = state.parts.popFirst() { return .success(part) }
                if let ending = state.ending { return ending.map { nil } }
                state.waiter = continuation
                return nil
            }
            if let answer { continuation.resume(with: answer) }
        }
    }
}
