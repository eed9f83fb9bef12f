extension StreamSocket {
    /// What is told to servers of this connection of a client, by the PROXY protocol.
    ///
    /// What a proxy in front has said of TLS is passed on where it is the one that ended it.
    ///
    /// - Parameter id: What logs call the connection or the request; that of the proxy in front comes before it.
    func proxyHeader(
        _ client: SocketAddress?,
        _ introduction: ProxyIntroduction?,
        id: UnsafeBufferPointer<UInt8>
    ) -> ProxyHeader {
        var header = ProxyHeader()
        let known = introduction?.header
        header.source = client.flatMap(ProxyHeader.Endpoint.init)
        header.destination =
            known?.source == nil
            ? Socket.localAddress(descriptor).flatMap(ProxyHeader.Endpoint.init) : known?.destination
        header.uniqueID = known?.uniqueID ?? (id.isEmpty ? nil : Array(id))
        header.namespace = known?.namespace
        header.custom = known?.custom ?? []
        if let tls {
            header.applicationProtocol = tls.applicationProtocol.identifier.withUTF8Buffer { Array($0) }
            header.authority = tls.serverName
            header.tls = ProxyHeader.TLS(tls)
        } else {
            header.applicationProtocol = known?.applicationProtocol
            header.authority = known?.authority
            header.tls = known?.tls
        }
        header.bound()
        return header
    }
}

extension ProxyHeader {
    /// Leaves out what would not fit with all else into the largest header that servers take.
    mutating func bound() {
        let most = 255
        if applicationProtocol.map({ $0.count > most }) ?? false { applicationProtocol = nil }
        if authority.map({ $0.utf8.count > most }) ?? false { authority = nil }
        if namespace.map({ $0.utf8.count > most }) ?? false { namespace = nil }
        let texts: [WritableKeyPath<TLS, String?>] = [
            \.version, \.commonName, \.cipher, \.signatureAlgorithm, \.keyAlgorithm,
        ]
        for text in texts where tls?[keyPath: text].map({ $0.utf8.count > most }) ?? false {
            tls?[keyPath: text] = nil
        }
        var left = 1_024
        custom = custom.filter { value in
            left -= value.value.count + 3
            return left >= 0
        }
    }
}

extension ProxyHeader.TLS {
    /// What is known of a client that has spoken TLS with us.
    fileprivate init(_ session: TLSSession) {
        self.init()
        isUsed = true
        version = session.version
        cipher = session.cipher
        guard session.peer != nil else { return }
        // A certificate that was not verified has ended the handshake.
        isVerified = true
        hasCertificateInSession = true
        hasCertificate = !session.isResumed
    }
}

extension ProxyHeader.Endpoint {
    /// That of a socket; nil for a path.
    fileprivate init?(_ address: SocketAddress) {
        guard let port = address.port else { return nil }
        self.init(address: address.host, port: UInt16(port))
    }
}

extension EdgeConfiguration.ProxyProtocol {
    /// Sends a header as the first bytes of a connection to a server, before TLS.
    ///
    /// - Returns: Whether the system has taken it, which it does on a new connection unless it is short of memory.
    func introduce(_ header: ProxyHeader, _ descriptor: Int32) -> Bool {
        let output = OutputBytes(capacity: 512)
        switch self {
        case .off: return true
        case .v1: PandoEdge.ProxyProtocol.write(header, .one, to: output)
        case .v2: PandoEdge.ProxyProtocol.write(header, .two(withChecksum: false), to: output)
        }
        return Socket.send(descriptor, output.bytes) == .count(output.count)
    }
}
