/// A connection of a proxy in front, until its PROXY header is there. What follows the header is not touched, so that whoever goes
/// on with the socket begins as on any other.
///
/// Fails closed: a connection from these networks that begins otherwise is ended without a word, because its address would be the
/// proxy's, to which all limits of one client would be applied.
final class ProxyGreeting: SocketHandler {
    private let site: Site
    /// The proxy's own address.
    private let proxy: SocketAddress?
    /// Whether the proxy has ended its half.
    private var isEnding = false

    init(_ descriptor: Int32, from proxy: SocketAddress?, site: Site) {
        self.site = site
        self.proxy = proxy
        super.init(descriptor, on: site.worker)
    }

    func opened() { worker.setDeadline(worker.now + site.times.head, for: self) }

    override func ready(_ ready: Poller.Ready) {
        if ready.hasEnd { isEnding = true }
        let room = UnsafeMutableBufferPointer(rebasing: worker.scratch[..<ProxyProtocol.maximumBytes])
        switch Socket.peek(descriptor, into: room) {
        case .count(let count):
            read(UnsafeBufferPointer(rebasing: UnsafeBufferPointer(room)[..<count]))
        case .wouldBlock, .wantsWrite: return
        case .closed, .failed: closeNow()
        }
    }

    private func read(_ bytes: UnsafeBufferPointer<UInt8>) {
        do throws(ProxyProtocol.Failure) {
            guard case .complete(let header, let count) = try ProxyProtocol.parse(bytes) else {
                return isEnding || bytes.count == ProxyProtocol.maximumBytes ? refuse() : ()
            }
            guard !header.isDatagram else { return refuse() }
            // It was there a moment ago, and nobody else reads here.
            _ = Socket.receive(descriptor, into: UnsafeMutableBufferPointer(rebasing: worker.scratch[..<count]))
            site.begin(self, header.client ?? proxy, header.isLocal ? nil : ProxyIntroduction(header))
        } catch {
            refuse()
        }
    }

    private func refuse() {
        worker.meters?.count(.malformed)
        closeNow()
    }

    func closeNow() {
        guard !isClosed else { return }
        closeSocket()
        site.places.leave()
    }

    override func deadlinePassed() { refuse() }

    override func drain() { closeNow() }

    override func belongs(to site: Site) -> Bool { self.site === site }
}

/// What a proxy in front has said of a client's connection.
final class ProxyIntroduction {
    let header: ProxyHeader

    init(_ header: ProxyHeader) { self.header = header }

    /// Whether the client spoke TLS with the proxy.
    var isSecure: Bool { header.tls?.isUsed ?? false }
}

extension ProxyHeader {
    /// The client's address; nil where the proxy does not say one, and its own counts.
    fileprivate var client: SocketAddress? {
        switch source {
        case .four, .six: source.flatMap { SocketAddress(host: $0.address, port: Int($0.port)) }
        case .unix, nil: nil
        }
    }
}
