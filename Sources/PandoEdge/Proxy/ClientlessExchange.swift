/// An exchange without a client: it asks with the request of another one, and what a server answers goes to nobody, unless a subclass
/// says otherwise.
class ClientlessExchange: Exchange {
    private let known: Forwarding

    /// - Parameter exchange: Whose request it asks with.
    init(like exchange: Exchange) {
        known = exchange.forwarding
        super.init(on: exchange.worker)
        request.copy(exchange.request)
        rules = exchange.rules
        client = exchange.client
    }

    override final var hasClient: Bool { false }
    override final var forwarding: Forwarding { known }
    override final var clientHasRoom: Bool { true }

    override final func sendInterim() {}
    override final func sendHead() {}
    override func sendBody(_ bytes: UnsafeBufferPointer<UInt8>) {}
    override func sendEnd() {}
    override func sendAbort() {}
    override final func flushClient() {}
    override func resumeRequest() {}
    override final func sendSwitch() { clientGone() }
    override final func endTunnel() {}
}
