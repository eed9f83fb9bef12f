import PandoTopology

extension Site {
    /// Whether a request came as its scheme says, or was redirected to https; false where it was answered.
    func settleScheme(_ exchange: Exchange) -> Bool {
        // A proxy that ended TLS in front has said so before the first byte.
        let isSecure = exchange.forwarding.isSecure
        // A proxy in front that is trusted may have opened TLS before us.
        if let scheme = exchange.rules.scheme, (scheme == .https) != isSecure, !exchange.forwarding.isTrusted {
            exchange.fail(421, "a request for \(scheme) on a connection \(isSecure ? "with" : "without") TLS")
            return false
        }
        guard listener.redirectToHTTPS, !isSecure else { return true }
        let request = exchange.request
        guard !request.authority.isEmpty, request.bytes(request.target).first == UInt8(ascii: "/") else {
            exchange.fail(400, "this port only redirects to https, which needs a host and a path")
            return false
        }
        let authority = request.text(request.authority)
        let port = HostName.port(request.bytes(request.authority)).map { ":\($0)" } ?? ""
        exchange.response.reset()
        exchange.response.add(
            .location,
            "https://\(authority.dropLast(port.utf8.count))\(request.text(request.target))"
        )
        exchange.respond(308, "")
        return false
    }

    /// Whether a client has shown the certificate that a route wants; false where it was refused (RFC 9110 §15.5.4).
    func settleCertificate(_ exchange: Exchange, _ wanted: EdgeConfiguration.MutualTLS) -> Bool {
        guard let peer = exchange.clientCertificate else {
            exchange.record.rejection = .authentication
            exchange.fail(403, "this route needs a client certificate")
            return false
        }
        guard wanted.names.isEmpty || wanted.names.contains(where: peer.isNamed) else {
            exchange.record.rejection = .authentication
            exchange.fail(403, "the client certificate is not for a name that may come here")
            return false
        }
        guard let field = wanted.forward?.lowercased() else { return true }
        exchange.request.removeSpellings(of: field)
        exchange.request.add(name: field, peer.subject)
        return true
    }

    /// Adds what makes browsers stay with https, on connections that are (RFC 6797 §7.2).
    func secure(_ response: Head) {
        guard let strictTransport, response.status >= 200 else { return }
        response.set(.strictTransportSecurity, strictTransport)
    }
}

extension TLSPeer {
    /// Whether the certificate is for a name, or for one below where it begins with an asterisk.
    func isNamed(_ name: String) -> Bool {
        let name = name.lowercased()
        guard name.hasPrefix("*.") else { return names.contains(name) }
        return names.contains { $0.hasSuffix(name.dropFirst()) && $0.utf8.count >= name.utf8.count }
    }
}
