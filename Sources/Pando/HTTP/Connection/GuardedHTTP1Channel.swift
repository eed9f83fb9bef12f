import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1
import NIOHTTPTypes

/// How Pando serves HTTP/1.1: Hummingbird's request loop behind ``WireHandler``, a strict parser and ``HTTP1Gate``.
struct GuardedHTTP1Channel: ServerChildChannel, HTTPChannelHandler {
    /// One connection, ready to be served.
    struct Value: ServerChildChannelValue {
        let asyncChannel: NIOAsyncChannel<HTTPRequestPart, HTTPResponsePart>
        let connection: Connection

        var channel: any Channel { asyncChannel.channel }
    }

    let responder: HTTPChannelHandler.Responder
    let limits: HTTPLimits
    let admission: AdmissionController?
    let metrics: GateMetrics
    let gauge: ConnectionGauge
    let draining: DrainSignal

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        channel.eventLoop.makeCompletedFuture {
            let connection = Connection(peer: ClientAddress(channel.remoteAddress), isSecure: false)
            let wire = WireHandler.State(limits)
            let pipeline = channel.pipeline.syncOperations
            try pipeline.addHandler(WireHandler(state: wire, limits: limits, gauge: gauge))
            var decoder = NIOHTTPDecoderLimitConfiguration()
            decoder.maxHeaderFieldSize = max(limits.fieldBytes, limits.targetBytes + 1)
            decoder.maxHeaderListSize = limits.headBytes
            decoder.maxHeaderFieldCount = limits.fieldCount
            try pipeline.configureHTTPServerPipeline(
                withPipeliningAssistance: false,
                withErrorHandling: false,
                withOutboundHeaderValidation: false,
                withEncoderConfiguration: .init(),
                withDecoderLimitConfiguration: decoder
            )
            try pipeline.addHandler(
                HTTP1Gate(
                    limits: limits,
                    admission: admission,
                    metrics: metrics,
                    draining: draining,
                    connection: connection,
                    wire: wire
                )
            )
            let asyncChannel = try NIOAsyncChannel<HTTPRequestPart, HTTPResponsePart>(
                wrappingChannelSynchronously: channel,
                configuration: .init(isOutboundHalfClosureEnabled: true)
            )
            return Value(asyncChannel: asyncChannel, connection: connection)
        }
    }

    func handle(value: Value, logger: Logger) async {
        await withTaskExecutorPreference(EventLoopExecutor(value.channel.eventLoop)) {
            await Connection.$current.withValue(value.connection) {
                await handleHTTP(asyncChannel: value.asyncChannel, logger: logger)
            }
        }
    }
}
