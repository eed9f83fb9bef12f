import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// A small HTTP server on loopback that answers as a test tells it, and keeps what it was sent.
final class CollectorServer: Sendable {
    struct Request: Sendable {
        var uri: String
        var contentType: String?
        var authorization: String?
        var body: String
    }

    struct Answer: Sendable {
        var status: HTTPResponseStatus
        var headers: HTTPHeaders = [:]
        var body = "{}"
    }

    /// Every request, as it comes.
    let requests: AsyncStream<Request>
    private let sink: AsyncStream<Request>.Continuation
    private let answers: Mutex<[Answer]>

    /// Gives `answers` one after the other and then 200.
    init(answers: [Answer] = []) {
        (requests, sink) = AsyncStream.makeStream()
        self.answers = Mutex(answers)
    }

    /// Serves on a port of its own while `body` runs, which is given the address.
    func serve<R: Sendable>(_ body: @Sendable (String) async throws -> R) async throws -> R {
        let channel = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline()
                    try channel.pipeline.syncOperations.addHandler(CollectorHandler(server: self))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let address = "http://127.0.0.1:\(channel.localAddress?.port ?? 0)"
        do {
            let result = try await body(address)
            try await channel.close()
            return result
        } catch {
            try? await channel.close()  // the test's own error counts
            throw error
        }
    }

    fileprivate func answer(_ request: Request) -> Answer {
        sink.yield(request)
        return answers.withLock { $0.isEmpty ? nil : $0.removeFirst() } ?? Answer(status: .ok)
    }
}

private final class CollectorHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let server: CollectorServer
    private var head: HTTPRequestHead?
    private var body = ""

    init(server: CollectorServer) {
        self.server = server
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            self.head = head
            body = ""
        case .body(let buffer): body += String(buffer: buffer)
        case .end: respond(context)
        }
    }

    private func respond(_ context: ChannelHandlerContext) {
        guard let head else { return }
        let answer = server.answer(
            CollectorServer.Request(
                uri: head.uri,
                contentType: head.headers.first(name: "content-type"),
                authorization: head.headers.first(name: "authorization"),
                body: body
            )
        )
        var headers = answer.headers
        headers.replaceOrAdd(name: "content-length", value: String(answer.body.utf8.count))
        let response = HTTPResponseHead(version: head.version, status: answer.status, headers: headers)
        context.write(wrapOutboundOut(.head(response)), promise: nil)
        context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(string: answer.body)))), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    }
}
