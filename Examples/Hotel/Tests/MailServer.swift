import NIOCore
import NIOPosix
import Synchronization

/// A mail server (RFC 5321) for one test, on a port of its own: it speaks the whole protocol, keeps what it takes, and
/// misbehaves where it is told to.
final class MailServer: Sendable {
    /// Where in a conversation a server may misbehave: at the connection, at a command, or at the end of the message.
    enum Step: String, Sendable, CaseIterable {
        case connect, ehlo, helo, mail, rcpt, data, message, quit
    }

    /// What it does in place of the usual.
    enum Conduct: Sendable {
        case say(String)
        case hangUp
        case silence
    }

    /// What it has taken.
    struct Mail: Sendable, Equatable {
        var from = ""
        var to = ""
        /// The message, without the dots that the transport added.
        var text = ""
    }

    private struct State {
        var mails: [Mail] = []
        var commands: [[String]] = []
        var open = 0
        var mostOpen = 0
    }

    let port: Int
    private let conduct: @Sendable (_ connection: Int, _ step: Step) -> Conduct?
    private let state = Mutex(State())

    private init(port: Int, conduct: @escaping @Sendable (Int, Step) -> Conduct?) {
        self.port = port
        self.conduct = conduct
    }

    /// What was taken so far.
    var mails: [Mail] { state.withLock { $0.mails } }
    /// What each connection said, in lines, without the messages.
    var commands: [[String]] { state.withLock { $0.commands } }
    /// The most connections that there were at one time.
    var mostOpen: Int { state.withLock { $0.mostOpen } }

    /// Runs a server while `body` does.
    ///
    /// - Parameter conduct: what it does at a step of its n-th connection, from 0; nil is the usual.
    @discardableResult
    static func run<R: Sendable>(
        _ conduct: @escaping @Sendable (_ connection: Int, _ step: Step) -> Conduct? = { _, _ in nil },
        _ body: @escaping @Sendable (MailServer) async throws -> R
    ) async throws -> R {
        let listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton).bind(
            host: "127.0.0.1",
            port: 0
        ) { channel in
            channel.eventLoop.makeCompletedFuture {
                try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
            }
        }
        let server = MailServer(port: listener.channel.localAddress?.port ?? 0, conduct: conduct)
        return try await withThrowingTaskGroup(of: R?.self) { group in
            group.addTask {
                try await server.serve(listener)
                return nil
            }
            group.addTask { try await body(server) }
            defer { group.cancelAll() }
            while let result = try await group.next() {
                if let result { return result }
            }
            throw CancellationError()
        }
    }

    private func serve(
        _ listener: NIOAsyncChannel<NIOAsyncChannel<ByteBuffer, ByteBuffer>, Never>
    ) async throws {
        try await withThrowingDiscardingTaskGroup { group in
            try await listener.executeThenClose { connections in
                for try await connection in connections {
                    let number = begin()
                    group.addTask {
                        // A client that resets the connection is the test's own doing.
                        try? await connection.executeThenClose { inbound, outbound in
                            var talk = MailConversation(server: self, number: number, outbound: outbound)
                            try await talk.run(inbound)
                        }
                        self.state.withLock { $0.open -= 1 }
                    }
                }
            }
        }
    }

    private func begin() -> Int {
        state.withLock { state in
            state.open += 1
            state.mostOpen = max(state.mostOpen, state.open)
            state.commands.append([])
            return state.commands.count - 1
        }
    }

    fileprivate func conduct(of connection: Int, at step: Step) -> Conduct? { conduct(connection, step) }
    fileprivate func heard(_ line: String, on connection: Int) {
        state.withLock { $0.commands[connection].append(line) }
    }
    fileprivate func take(_ mail: Mail) { state.withLock { $0.mails.append(mail) } }
}

/// One client's conversation with the server.
private struct MailConversation {
    let server: MailServer
    let number: Int
    let outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>
    private var mail = MailServer.Mail()
    private var hasGreeted = false
    private var isInMessage = false

    init(server: MailServer, number: Int, outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>) {
        self.server = server
        self.number = number
        self.outbound = outbound
    }

    mutating func run(_ inbound: NIOAsyncChannelInboundStream<ByteBuffer>) async throws {
        guard try await answer(.connect, "220 post.example ready") != nil else { return }
        var received = ByteBuffer()
        for try await bytes in inbound {
            received.writeImmutableBuffer(bytes)
            while let line = Self.line(&received) {
                guard try await (isInMessage ? heardText(line) : heardCommand(line)) else { return }
            }
        }
    }

    /// A line without its CR LF; a bare LF ends nothing here, as in every strict server.
    private static func line(_ buffer: inout ByteBuffer) -> String? {
        let bytes = Array(buffer.readableBytesView)
        guard let end = bytes.indices.first(where: { $0 > 0 && bytes[$0] == 10 && bytes[$0 - 1] == 13 }) else {
            return nil
        }
        buffer.moveReaderIndex(forwardBy: end + 1)
        return String(decoding: bytes[..<(end - 1)], as: UTF8.self)
    }

    /// Returns whether the conversation goes on.
    private mutating func heardCommand(_ line: String) async throws -> Bool {
        server.heard(line, on: number)
        guard let step = MailServer.Step(rawValue: line.prefix(4).lowercased()), step != .connect else {
            return try await outbound.say("500 what?")
        }
        let usual: String
        switch step {
        case .ehlo: usual = "250-post.example\r\n250-SIZE 1000000\r\n250 PIPELINING"
        case .helo: usual = "250 post.example"
        case .mail where hasGreeted && line.hasPrefix("MAIL FROM:<") && line.hasSuffix(">"): usual = "250 ok"
        case .rcpt where !mail.from.isEmpty && line.hasPrefix("RCPT TO:<") && line.hasSuffix(">"): usual = "250 ok"
        case .data where !mail.to.isEmpty: usual = "354 go on"
        case .quit: usual = "221 bye"
        default: return try await outbound.say("503 not now")
        }
        guard let code = try await answer(step, usual) else { return false }
        if (200..<400).contains(code) { accept(line, step) }
        return step != .quit
    }

    private mutating func accept(_ line: String, _ step: MailServer.Step) {
        switch step {
        case .ehlo, .helo: hasGreeted = true
        case .mail: mail = MailServer.Mail(from: String(line.dropFirst(11).dropLast()))
        case .rcpt: mail.to = String(line.dropFirst(9).dropLast())
        case .data: isInMessage = true
        case .connect, .message, .quit: break
        }
    }

    private mutating func heardText(_ line: String) async throws -> Bool {
        guard line == "." else {
            mail.text += (line.hasPrefix(".") ? String(line.dropFirst()) : line) + "\r\n"
            return true
        }
        isInMessage = false
        guard let code = try await answer(.message, "250 taken") else { return false }
        if (200..<300).contains(code) { server.take(mail) }
        return true
    }

    /// Answers as it should or as it was told to; nil after hanging up, else the code.
    private func answer(_ step: MailServer.Step, _ usual: String) async throws -> Int? {
        switch server.conduct(of: number, at: step) {
        case .hangUp: return nil
        case .silence: return 0
        case .say(let text):
            try await outbound.say(text)
            return Int(text.prefix(3)) ?? 0
        case nil:
            try await outbound.say(usual)
            return Int(usual.prefix(3)) ?? 0
        }
    }
}

extension NIOAsyncChannelOutboundWriter<ByteBuffer> {
    @discardableResult
    fileprivate func say(_ line: String) async throws -> Bool {
        try await write(ByteBuffer(string: line + "\r\n"))
        return true
    }
}
