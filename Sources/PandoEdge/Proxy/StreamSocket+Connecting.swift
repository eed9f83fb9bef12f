#if canImport(Glibc)
    import Glibc
#endif

/// The beginning of a connection to a server: the system's word that it is there, what the PROXY protocol says before all else, and
/// the handshake of TLS.
extension StreamSocket {
    /// Goes on with connecting; whether the server can be spoken to. Of what has failed ``broke(_:)`` is told.
    ///
    /// - Parameter header: What the server is told of the client, where its upstream wants that.
    final func isConnected(
        _ ready: Poller.Ready,
        to server: Server,
        of plan: UpstreamPlan,
        header: @autoclosure () -> ProxyHeader
    ) -> Bool {
        // TLS begins when the system has made the connection.
        if tls == nil {
            guard ready.canWrite, isMade(plan, header()) else { return false }
            if let wanted = plan.tls { begin(wanted.session(descriptor, with: server.index)) }
        }
        guard let tls else { return true }
        return isGreeted(tls)
    }

    /// What the system says came of the connection, and whether it takes the header.
    private func isMade(_ plan: UpstreamPlan, _ header: @autoclosure () -> ProxyHeader) -> Bool {
        let error = Socket.pendingError(descriptor)
        guard error == 0 else {
            broke(.system(error))
            return false
        }
        guard plan.proxyProtocol == .off || plan.proxyProtocol.introduce(header(), descriptor) else {
            broke(.system(ENOBUFS))
            return false
        }
        return true
    }

    /// Goes on with the handshake, which counts as a part of connecting; whether it is complete.
    private func isGreeted(_ tls: TLSSession) -> Bool {
        switch tls.handshake() {
        case .count: return true
        // The socket is told of either way.
        case .wouldBlock, .wantsWrite: return false
        case .closed: broke(.tls(.endedInHandshake))
        case .failed(let failure): broke(failure)
        }
        return false
    }
}
