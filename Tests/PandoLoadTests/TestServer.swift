import NIOCore
import NIOHTTP1
import NIOPosix
import PandoLoad
import Synchronization

/// A small real HTTP/1.1 server on a loopback port of its own.
final class TestServer: Sendable {
    struct Request: Sendable {
        var method: String
        var path: String
        var headers: HTTPHeaders
        func header(_ name: String) -> String? { headers.first(name: name) }
        var body: String
        /// The number of the request at this server, from 0.
        var number: Int
    }

    enum Reply: Sendable {
        case answer(status: Int = 200, headers: [String: String] = [:], body: String = "ok")
        /// The answer comes at this instant.
        case later(ContinuousClock.Instant)
        /// No answer ever.
        case silence
        /// The connection is reset without an answer.
        case reset
        /// The connection is closed in good order without an answer.
        case close
        /// These bytes, as they are, and then the end of the connection.
        case bytes(String)
    }

    typealias Body = @Sendable (Request) -> Reply

    let group: MultiThreadedEventLoopGroup
    let channel: any Channel
    let port: Int
    private let counter: Counter

    final class Counter: Sendable {
        private let value = Mutex(0)
        func take() -> Int {
            value.withLock { value in
                defer { value += 1 }
                return value
            }
        }

        var current: Int { value.withLock { $0 } }
    }

    private init(group: MultiThreadedEventLoopGroup, channel: any Channel, port: Int, counter: Counter) {
        self.group = group
        self.channel = channel
        self.port = port
        self.counter = counter
    }

    /// Starts a server; `port` 0 takes a free one.
    static func start(port: Int = 0, _ body: @escaping Body) async throws -> TestServer {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let counter = Counter()
        let channel = try await ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 1024)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline(withPipeliningAssistance: false)
                    try channel.pipeline.syncOperations.addHandler(Handler(body, counter))
                }
            }
            .bind(host: "127.0.0.1", port: port).get()
        return TestServer(group: group, channel: channel, port: channel.localAddress?.port ?? 0, counter: counter)
    }

    /// Runs `test` against a server that is gone afterwards.
    static func with<R: Sendable>(
        _ body: @escaping Body,
        _ test: (TestServer) async throws -> R
    ) async throws -> R {
        let server = try await start(body)
        do {
            let result = try await test(server)
            try await server.stop()
            return result
        } catch {
            try await server.stop()
            throw error
        }
    }

    /// Requests seen so far.
    var requests: Int { counter.current }

    var target: LoadTarget {
        get throws { try LoadTarget(host: "127.0.0.1", port: port) }
    }

    /// Ends the server and all its connections at once.
    func stop() async throws { try await group.shutdownGracefully() }

    private final class Handler: ChannelInboundHandler {
        typealias InboundIn = HTTPServerRequestPart
        typealias OutboundOut = HTTPServerResponsePart

        private let body: Body
        private let counter: Counter
        private var request: Request?

        init(_ body: @escaping Body, _ counter: Counter) {
            self.body = body
            self.counter = counter
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            switch Self.unwrapInboundIn(data) {
            case .head(let head):
                request = Request(
                    method: head.method.rawValue,
                    path: head.uri,
                    headers: head.headers,
                    body: "",
                    number: 0
                )
            case .body(let buffer): request?.body += String(buffer: buffer)
            case .end:
                guard var request else { return }
                request.number = counter.take()
                perform(body(request), request, context)
            }
        }

        private func perform(_ reply: Reply, _ request: Request, _ context: ChannelHandlerContext) {
            switch reply {
            case .answer(let status, let headers, let body): answer(status, headers, body, request, context)
            case .later(let instant):
                let left = max(.zero, ContinuousClock.now.duration(to: instant))
                let amount = TimeAmount.nanoseconds(Int64(left / .nanoseconds(1)))
                let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
                context.eventLoop.scheduleTask(in: amount) {
                    let (handler, context) = bound.value
                    handler.answer(200, [:], "late", request, context)
                }
            case .silence: break
            case .close: context.close(promise: nil)
            case .reset:
                let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
                let provider = context.channel as? any SocketOptionProvider
                provider?.setSoLinger(linger(l_onoff: 1, l_linger: 0)).whenComplete { _ in
                    bound.value.close(promise: nil)
                }
            case .bytes(let text):
                let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
                context.pipeline.context(handlerType: HTTPResponseEncoder.self).assumeIsolated().whenSuccess {
                    encoder in
                    encoder.writeAndFlush(NIOAny(ByteBuffer(string: text)), promise: nil)
                    bound.value.close(promise: nil)
                }
            }
        }

        private func answer(
            _ status: Int,
            _ headers: [String: String],
            _ body: String,
            _ request: Request,
            _ context: ChannelHandlerContext
        ) {
            guard context.channel.isActive else { return }
            var fields = HTTPHeaders(headers.map { ($0.key, $0.value) })
            if headers["transfer-encoding"] == nil { fields.add(name: "content-length", value: "\(body.utf8.count)") }
            let head = HTTPResponseHead(version: .http1_1, status: .init(statusCode: status), headers: fields)
            context.write(Self.wrapOutboundOut(.head(head)), promise: nil)
            if request.method != "HEAD" {
                context.write(Self.wrapOutboundOut(.body(.byteBuffer(ByteBuffer(string: body)))), promise: nil)
            }
            context.writeAndFlush(Self.wrapOutboundOut(.end(nil)), promise: nil)
        }
    }
}
