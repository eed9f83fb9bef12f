import PandoTopology

extension EdgeConfiguration {
    func checkListeners(_ issues: inout IssueList) {
        if listeners.isEmpty { issues.error("", "nothing is listened on", "add 'listen: 8080'") }
        for (index, listener) in listeners.enumerated() {
            let path = "listeners[\(index)]"
            checkAddress(listener, index, path, &issues)
            switch listener.proto {
            case .http, .https: checkHTTP(listener, path, &issues)
            case .tcp, .tlsPassthrough: checkBytes(listener, path, &issues)
            }
            checkTLS(listener, path, &issues)
            checkProxies(listener, path, &issues)
        }
    }

    /// Two sockets on one address: the second could not be opened.
    private func checkAddress(_ listener: Listener, _ index: Int, _ path: String, _ issues: inout IssueList) {
        let other = listeners[..<index].firstIndex { $0.endpoint.collides(with: listener.endpoint) }
        if let other {
            let problem = "\(listener.endpoint) is listened on already"
            issues.error(path, problem, "give it another address", other: "listeners[\(other)]")
        }
        if let admin, admin.endpoint.collides(with: listener.endpoint) {
            issues.error("admin", "\(admin.endpoint) is listened on already", "give it another port", other: path)
        }
    }

    private func checkHTTP(_ listener: Listener, _ path: String, _ issues: inout IssueList) {
        if listener.upstream != nil {
            issues.error("\(path).upstream", "\(listener.proto.rawValue) goes by routes", "remove it; write a route")
        }
        if !listener.names.isEmpty {
            let problem = "names are looked at with tlsPassthrough alone"
            issues.error("\(path).names", problem, "write routes with 'host'")
        }
        if allRoutes.isEmpty, !listener.redirectToHTTPS {
            let remedy = upstreams.isEmpty ? "add 'upstream: \"127.0.0.1:3001\"'" : "add 'routes:'"
            issues.error(upstreams.isEmpty ? path : "upstreams", "nothing says where requests go", remedy)
        }
        if listener.limits.bodyBytes == nil {
            let problem = "request bodies of any size are taken"
            issues.warn(
                "\(path).limits.bodyBytes",
                problem,
                "write a size, and a larger one for the routes that need it"
            )
        }
        if listener.limits.targetBytes > listener.limits.headBytes {
            let remedy = "make headBytes larger"
            issues.error("\(path).limits.targetBytes", "a target of this size fits into no head", remedy)
        }
        if listener.limits.headerTimeout > .seconds(60) {
            let problem = "a client may take \(Units.text(listener.limits.headerTimeout)) for a head"
            issues.warn("\(path).limits.headerTimeout", problem, "write 10s: slow clients hold connections")
        }
    }

    private func checkBytes(_ listener: Listener, _ path: String, _ issues: inout IssueList) {
        let proto = listener.proto.rawValue
        if let name = listener.upstream {
            issues.checkUpstream(name, "\(path).upstream")
        } else if listener.names.isEmpty {
            let problem = "\(proto) goes to one upstream, and none is named"
            issues.error("\(path).upstream", problem, "add 'upstream: NAME'")
        }
        if listener.proto == .tcp, !listener.names.isEmpty {
            issues.error("\(path).names", "tcp has no names", "use tlsPassthrough, or remove them")
        }
        var first: [String: Int] = [:]
        for (index, rule) in listener.names.enumerated() {
            let own = "\(path).names[\(index)]"
            issues.checkUpstream(rule.upstream, "\(own).upstream")
            for host in rule.hosts {
                guard let other = first.updateValue(index, forKey: host) else { continue }
                issues.error(
                    own,
                    "'\(host)' goes elsewhere already",
                    "keep one of them",
                    other: "\(path).names[\(other)]"
                )
            }
        }
        if listener.redirectToHTTPS {
            issues.error("\(path).redirectToHTTPS", "\(proto) cannot redirect", "remove it")
        }
        if !listener.trustedProxies.isEmpty {
            let problem = "\(proto) sees no fields, and so none of proxies"
            issues.error("\(path).trustedProxies", problem, "use proxyProtocolFrom, or remove it")
        }
        checkGoals(listener, path, &issues)
    }

    /// Upstreams for bytes can do nothing that needs requests.
    private func checkGoals(_ listener: Listener, _ path: String, _ issues: inout IssueList) {
        let names = [listener.upstream].compactMap(\.self) + listener.names.map(\.upstream)
        for upstream in upstreams where names.contains(upstream.name) {
            let own = "upstreams.\(upstream.name)"
            if case .hash(let key) = upstream.balance, key != .address {
                let problem = "connections of \(listener.proto.rawValue) have an address and no fields"
                issues.error("\(own).balance", problem, "write {hash: address}", other: path)
            }
            if case .sticky = upstream.balance {
                let problem = "connections of \(listener.proto.rawValue) have no cookies"
                issues.error("\(own).balance", problem, "write {hash: address}", other: path)
            }
            if upstream.tls != nil, listener.proto == .tlsPassthrough {
                issues.error("\(own).tls", "this would be TLS inside of TLS", "remove it", other: path)
            }
        }
    }

    private func checkTLS(_ listener: Listener, _ path: String, _ issues: inout IssueList) {
        let proto = listener.proto.rawValue
        guard listener.proto == .https else {
            if !listener.certificates.isEmpty {
                let problem = "\(proto) does not open TLS, so the certificates are of no use"
                issues.error("\(path).certificates", problem, "write 'protocol: https', or remove them")
            }
            if listener.clientCertificates != nil {
                let problem = "\(proto) sees no certificates of clients"
                issues.error("\(path).clientCertificates", problem, "write 'protocol: https'")
            }
            if listener.hsts != nil {
                issues.error("\(path).hsts", "browsers ignore it without TLS", "write it at the listener for https")
            }
            return
        }
        if listener.certificates.isEmpty {
            let remedy = "add 'certificates: [{certificate: FILE, key: FILE}]'"
            issues.error("\(path).certificates", "https needs a certificate", remedy)
        }
        for (index, pair) in listener.certificates.enumerated() {
            issues.checkCertificate(pair, "\(path).certificates[\(index)]")
        }
        if let clients = listener.clientCertificates {
            issues.checkPEM(clients.authorities, "\(path).clientCertificates.authorities", block: "CERTIFICATE")
        }
        checkTLSRisks(listener, path, &issues)
    }

    private func checkTLSRisks(_ listener: Listener, _ path: String, _ issues: inout IssueList) {
        if listener.minimumTLS < .tls12 {
            let problem = "TLS \(listener.minimumTLS.rawValue) is broken and deprecated (RFC 8996)"
            issues.warn("\(path).minimumTLS", problem, "write \"1.2\" or \"1.3\"")
        }
        if listener.redirectToHTTPS {
            issues.error("\(path).redirectToHTTPS", "this is https already", "write it at the listener for http")
        }
        if let hsts = listener.hsts, hsts.preload, !hsts.includeSubdomains || hsts.maxAge < .seconds(31_536_000) {
            let problem = "lists of browsers want includeSubdomains and a year"
            issues.warn("\(path).hsts.preload", problem, "add them, or remove preload")
        }
    }

    private func checkProxies(_ listener: Listener, _ path: String, _ issues: inout IssueList) {
        for (key, networks) in [
            ("proxyProtocolFrom", listener.proxyProtocolFrom), ("trustedProxies", listener.trustedProxies),
        ] {
            for (index, network) in networks.enumerated() where network.isEverybody {
                let problem = "every client may say what its address is"
                issues.warn("\(path).\(key)[\(index)]", problem, "name the networks of the proxies alone")
            }
        }
    }
}

extension Network {
    /// Whether it has all IPv4 addresses in it.
    var isEverybody: Bool { Network("0.0.0.0/0").map(contains) ?? false }
}

extension EdgeConfiguration.Endpoint {
    /// Whether both cannot be listened on at one time.
    func collides(with other: EdgeConfiguration.Endpoint) -> Bool {
        switch (self, other) {
        case (.unix(let one), .unix(let two)): one == two
        case (.tcp(let one), .tcp(let two)):
            one.port == two.port && one.port != 0 && (one.host == two.host || one.isAny || two.isAny)
        case (.unix, .tcp), (.tcp, .unix): false
        }
    }
}

extension Address {
    /// Whether it stands for all addresses of the machine.
    var isAny: Bool { host == "::" || host == "0.0.0.0" }
}
