import NIOCore
import NIOPosix

/// A client that sends bytes as they are and reads what comes back.
struct RawClient {
    private let channel: NIOAsyncChannel<ByteBuffer, ByteBuffer>

    /// Connects, runs `body` and closes.
    static func with<R: Sendable>(
        port: Int,
        _ body: @Sendable (inout Conversation) async throws -> R
    ) async throws -> R {
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelOption(.allowRemoteHalfClosure, value: true)
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(
                        wrappingChannelSynchronously: channel,
                        configuration: .init(isOutboundHalfClosureEnabled: true)
                    )
                }
            }
        return try await channel.executeThenClose { inbound, outbound in
            var conversation = Conversation(inbound: inbound.makeAsyncIterator(), outbound: outbound)
            return try await body(&conversation)
        }
    }

    /// One connection in use.
    struct Conversation {
        var inbound: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator
        let outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>
        private(set) var received = ""

        init(
            inbound: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator,
            outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>
        ) {
            self.inbound = inbound
            self.outbound = outbound
        }

        func send(_ text: String) async throws { try await outbound.write(ByteBuffer(string: text)) }
        func send(_ bytes: [UInt8]) async throws { try await outbound.write(ByteBuffer(bytes: bytes)) }
        func finishSending() { outbound.finish() }

        /// Reads until `text` was seen or the other side ended.
        mutating func read(until text: String) async throws -> String {
            while !received.contains(text), let next = try await inbound.next(isolation: #isolation) {
                received += String(decoding: next.readableBytesView, as: UTF8.self)
            }
            return received
        }

        /// Reads until the other side ends; a reset counts as an end.
        mutating func readToEnd() async -> String {
            // A reset ends the stream.
            while let next = try? await inbound.next(isolation: #isolation) {
                received += String(decoding: next.readableBytesView, as: UTF8.self)
            }
            return received
        }
    }

    /// Sends bytes on a connection of its own and returns everything that came back until the server closed.
    static func exchange(port: Int, _ bytes: [UInt8], half: Bool = false) async throws -> String {
        try await with(port: port) { conversation in
            // The server may close before it has read everything.
            do { try await conversation.send(bytes) } catch is ChannelError {}
            if half { conversation.finishSending() }
            return await conversation.readToEnd()
        }
    }
}
