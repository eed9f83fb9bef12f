import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1

/// How Pando serves HTTP/1.1: ``WireHandler``, a strict parser, ``HTTP1Gate``, and one task for each connection, which runs on
/// the connection's event loop and hands its requests to Hummingbird's router one after the other.
struct GuardedHTTP1Channel<Responder: HTTPResponder>: ServerChildChannel
where Responder.Context: RequestContext, Responder.Context.Source == ApplicationRequestContextSource {
    let responder: Responder
    let limits: HTTPLimits
    let admission: AdmissionController?
    let metrics: GateMetrics
    let gauge: ConnectionGauge
    let draining: DrainSignal

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<HTTP1Connection> {
        channel.eventLoop.makeCompletedFuture {
            let client = Connection(peer: ClientAddress(channel.remoteAddress), isSecure: false)
            let wire = WireHandler(limits: limits, gauge: gauge)
            let inbox = RequestInbox()
            let gate = HTTP1Gate(
                limits: limits,
                admission: admission,
                metrics: metrics,
                draining: draining,
                connection: client,
                wire: wire,
                inbox: inbox
            )
            let pipeline = channel.pipeline.syncOperations
            try pipeline.addHandler(wire)
            try pipeline.addHandler(
                ByteToMessageHandler(HTTPRequestDecoder(limitConfiguration: decoderLimits))
            )
            try pipeline.addHandler(gate)
            return HTTP1Connection(
                channel: channel,
                client: client,
                inbox: inbox,
                gate: NIOLoopBound(gate, eventLoop: channel.eventLoop)
            )
        }
    }

    private var decoderLimits: NIOHTTPDecoderLimitConfiguration {
        var decoder = NIOHTTPDecoderLimitConfiguration()
        decoder.maxHeaderFieldSize = max(limits.fieldBytes, limits.targetBytes + 1)
        decoder.maxHeaderListSize = limits.headBytes
        decoder.maxHeaderFieldCount = limits.fieldCount
        return decoder
    }

    func handle(value connection: HTTP1Connection, logger: Logger) async {
        await withTaskExecutorPreference(EventLoopExecutor(connection.channel.eventLoop)) {
            await Connection.$current.withValue(connection.client) {
                await withTaskCancellationHandler {
                    await serve(connection, logger)
                } onCancel: {
                    // A body that is still on its way is not the client's fault.
                    connection.inbox.finish(.failure(CancellationError()))
                }
            }
        }
    }

    private func serve(_ connection: HTTP1Connection, _ logger: Logger) async {
        do {
            while let request = try await connection.nextRequest() {
                let response = await respond(to: request, on: connection, logger)
                do {
                    try await connection.send(response)
                } catch {
                    // Part of the answer may be written: only a cut tells the client that it is not whole.
                    connection.channel.close(promise: nil)
                    throw error
                }
            }
        } catch {
            logger.debug("A connection broke", metadata: ["error": "\(error)"])
        }
        await connection.close()
    }

    private func respond(to request: Request, on connection: HTTP1Connection, _ logger: Logger) async -> Response {
        var logger = logger
        logger[metadataKey: "hb.request.id"] = .string(RequestIdentity.next())
        do {
            return try await withLogger(logger) { logger in
                let source = ApplicationRequestContextSource(channel: connection.channel, logger: logger)
                return try await responder.respond(to: request, context: Responder.Context(source: source))
            }
        } catch {
            // The router answers its own errors, and the front those of the app: this one is a defect.
            logger.error("A request was not answered", metadata: ["error": "\(error)"])
            return Response(status: .internalServerError)
        }
    }
}
