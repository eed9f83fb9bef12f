/// A client's connection that speaks HTTP, whatever its version.
class HTTPConnection: StreamSocket {
    final let site: Site
    final let client: SocketAddress?
    final let introduction: ProxyIntroduction?
    private let isHTTP2: Bool
    /// What is said of the client to servers.
    private(set) final lazy var forwarding = Forwarding(
        Forwarding.Configuration(),
        client: Forwarding.Client(
            address: client?.ipAddress ?? "",
            isSecure: tls != nil || introduction?.isSecure ?? false,
            isTrusted: client.map { site.trusts($0) } ?? false,
            isHTTP2: isHTTP2
        )
    )
    /// Who the client is by its certificate.
    private(set) final lazy var peer = tls?.peer

    /// How long a client may take to read its last answer, and to see that no more requests are wanted.
    static let lingerTime: UInt64 = 2_000_000_000

    init(
        _ descriptor: Int32,
        from client: SocketAddress?,
        site: Site,
        _ introduction: ProxyIntroduction?,
        isHTTP2: Bool
    ) {
        self.site = site
        self.client = client
        self.introduction = introduction
        self.isHTTP2 = isHTTP2
        super.init(descriptor, on: site.worker)
    }

    /// What servers are told of the client by the PROXY protocol.
    final func proxyHeader(id: UnsafeBufferPointer<UInt8>) -> ProxyHeader { proxyHeader(client, introduction, id: id) }

    override final func belongs(to site: Site) -> Bool { self.site === site }
}
