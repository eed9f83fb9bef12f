import HTTPTypes
import Hummingbird
import HummingbirdCore
import NIOCore

/// One connection of HTTP/1.1 as the task that serves it sees it: requests come out, answers go in.
///
/// The task runs on the event loop, so an answer is written where it is made. A handler that has left the loop is brought back
/// for each piece that it writes.
struct HTTP1Connection: ServerChildChannelValue {
    let channel: any Channel
    let client: Connection
    let inbox: RequestInbox
    let gate: NIOLoopBound<HTTP1Gate>

    /// The next request; nil at the end of the connection.
    ///
    /// - Throws: why the connection broke.
    func nextRequest() async throws -> Request? {
        guard let head = try await inbox.nextHead(resumeReading) else { return nil }
        let body = inbox.wholeBody().map { RequestBody(buffer: $0) }
        return Request(head: head, body: body ?? RequestBody(asyncSequence: ArrivingBody(connection: self)))
    }

    /// Writes an answer to its end.
    ///
    /// - Throws: where the connection is gone, or what the author's body threw; the answer is then cut short.
    func send(_ response: Response) async throws {
        try await onLoop { gate in try gate.writeHead(response.head) }
        let progress = AnswerProgress()
        try await response.body.write(AnswerWriter(connection: self, progress: progress))
        guard progress.isFinished else { throw UnfinishedAnswer() }
    }

    /// Ends the connection once everything is written, and returns when it is gone.
    func close() async {
        channel.close(mode: .output, promise: nil)
        // An error of the close means that the connection is gone, which is what was asked for.
        try? await channel.closeFuture.get()
    }

    /// Waits until the client has read what was written.
    fileprivate func awaitRoom() async throws {
        guard !channel.isWritable else { return }
        try await withCheckedThrowingContinuation { continuation in
            let loop = channel.eventLoop
            if loop.inEventLoop {
                gate.value.awaitRoom(continuation)
            } else {
                loop.execute { gate.value.awaitRoom(continuation) }
            }
        }
    }

    fileprivate func onLoop(_ work: @escaping @Sendable (HTTP1Gate) throws -> Void) async throws {
        if channel.eventLoop.inEventLoop { return try work(gate.value) }
        try await channel.eventLoop.submit { try work(gate.value) }.get()
    }

    fileprivate func resumeReading() { channel.read() }
}

/// A body of a request that was not complete when its handler began.
private struct ArrivingBody: AsyncSequence, Sendable {
    let connection: HTTP1Connection

    struct AsyncIterator: AsyncIteratorProtocol {
        let connection: HTTP1Connection

        func next() async throws -> ByteBuffer? {
            try await connection.inbox.nextBody(connection.resumeReading)
        }
    }

    func makeAsyncIterator() -> AsyncIterator { AsyncIterator(connection: connection) }
}

/// The body of an answer returned without its end: the answer cannot be told from one that was cut.
private struct UnfinishedAnswer: Error {}

/// Whether an answer has got its end.
private final class AnswerProgress {
    var isFinished = false
}

/// Writes the body of an answer, as fast as the client reads it.
private struct AnswerWriter: ResponseBodyWriter {
    let connection: HTTP1Connection
    let progress: AnswerProgress

    mutating func write(_ buffer: ByteBuffer) async throws {
        try await connection.onLoop { gate in try gate.writeBody(buffer) }
        try await connection.awaitRoom()
    }

    consuming func finish(_ trailers: HTTPFields?) async throws {
        try await connection.onLoop { gate in try gate.writeEnd(trailers) }
        progress.isFinished = true
    }
}
