extension NginxImport {
    mutating func readServers(_ http: NginxScope) {
        let all = http.own.compactMap { directive in
            directive.name == "server" ? directive.block.map { NginxServer(directive, $0, in: http) } : nil
        }
        let serving = ofOneSite(all)
        for server in serving { noteServer(server) }
        for server in serving where !server.isRedirectToHTTPS { readServer(server) }
        readListeners(all.filter { server in serving.contains { $0.directive == server.directive } })
    }

    /// Routes hold for all listeners of a file, so a server on a port of its own, which may be one for insiders, cannot be in it.
    private mutating func ofOneSite(_ servers: [NginxServer]) -> [NginxServer] {
        func site(_ server: NginxServer) -> Set<String> {
            Set(server.listens.compactMap { $0.isPublic ? "public" : $0.address })
        }
        let sites = servers.filter { !$0.isRedirectToHTTPS }.map(site)
        guard let first = sites.first(where: { $0.contains("public") }) ?? sites.first else { return servers }
        return servers.filter { server in
            let own = site(server)
            if own == first || server.isRedirectToHTTPS || own.contains("public") && first.contains("public") {
                return true
            }
            let advice = "routes hold for all listeners of a file: give this address an edge and a file of its own"
            draft.note(
                .untranslated,
                server.directive.place,
                "server (\(own.sorted().joined(separator: ", ")))",
                advice
            )
            return false
        }
    }

    private mutating func noteServer(_ server: NginxServer) {
        for directive in server.scope.own { noteUntranslated(directive) }
        for name in server.untranslated {
            draft.note(
                .untranslated,
                server.directive.place,
                "server_name \(name)",
                "name the hosts, or '*.' and a name, in 'host'"
            )
        }
        for listen in server.listens where listen.address == nil {
            draft.note(
                .untranslated,
                listen.line.place,
                listen.line.words,
                "the edge listens on TCP and Unix sockets alone"
            )
        }
    }

    private mutating func readListeners(_ servers: [NginxServer]) {
        var order: [String] = []
        var byAddress: [String: [(NginxServer, NginxListen)]] = [:]
        for server in servers {
            for listen in server.listens {
                guard let address = listen.address else { continue }
                if byAddress[address] == nil { order.append(address) }
                byAddress[address, default: []].append((server, listen))
            }
        }
        for address in order { readListener(address, byAddress[address] ?? []) }
    }

    private mutating func readListener(_ address: String, _ users: [(NginxServer, NginxListen)]) {
        guard let (first, listen) = users.first else { return }
        var listener = YAMLMapping(.listener)
        listener.comment = listen.line.place.description
        listener["address"] = ImportValues.digits(address[...]).map(YAMLDraft.number) ?? .text(address)
        if users.contains(where: { $0.1.isSecure }) {
            readCertificates(users.map(\.0), listen.line, into: &listener)
        } else if users.allSatisfy({ $0.0.isRedirectToHTTPS }) {
            listener["redirectToHTTPS"] = .word("true")
        } else {
            for (server, listen) in users where server.isRedirectToHTTPS {
                draft.note(
                    .differs,
                    listen.line.place,
                    "server \(server.hosts.joined(separator: " "))",
                    "its redirect to https is left out, since other hosts of this address are served without TLS; write 'redirectToHTTPS' if they need not be"
                )
            }
        }
        readProxies(first, users.contains { $0.1.options.contains("proxy_protocol") }, listen.line, into: &listener)
        readLimits(first.scope, into: &listener)
        draft.listeners.append(listener)
    }

    private mutating func readCertificates(
        _ servers: [NginxServer],
        _ line: NginxDirective,
        into listener: inout YAMLMapping
    ) {
        var pairs: [YAMLDraft] = []
        for server in servers {
            let (files, keys) = (server.scope.all("ssl_certificate"), server.scope.all("ssl_certificate_key"))
            for (file, key) in zip(files, keys) {
                var pair = YAMLMapping(.certificate)
                pair["certificate"] = .text(file.first)
                pair["key"] = .text(key.first)
                if let staple = server.scope.one("ssl_stapling_file") { pair["ocsp"] = .text(staple.first) }
                if !pairs.contains(.mapping(pair)) { pairs.append(.mapping(pair)) }
            }
        }
        listener["protocol"] = pairs.isEmpty ? .word("https") : nil
        listener["certificates"] = pairs.isEmpty ? nil : .list(pairs)
        if pairs.isEmpty { draft.note(.untranslated, line.place, line.words, "add 'certificates'") }
        guard let scope = servers.first?.scope else { return }
        let versions = scope.one("ssl_protocols")?.arguments ?? []
        let oldest = ["TLSv1": "1.0", "TLSv1.1": "1.1", "TLSv1.2": "1.2", "TLSv1.3": "1.3"]
            .filter { versions.contains($0.key) }.map(\.value).min()
        if let oldest, oldest != "1.2" { listener["minimumTLS"] = .text(oldest) }
        readClientCertificates(servers, into: &listener)
    }

    /// One listener has one rule, and the stricter one wins.
    private mutating func readClientCertificates(_ servers: [NginxServer], into listener: inout YAMLMapping) {
        let asking = servers.filter { ["on", "optional"].contains($0.scope.one("ssl_verify_client")?.first) }
        guard let server = asking.first else { return }
        guard let line = server.scope.one("ssl_verify_client"), let file = server.scope.one("ssl_client_certificate")
        else { return }
        let isRequired = asking.contains { $0.scope.one("ssl_verify_client")?.isOn ?? false }
        listener.change("clientCertificates", .clientCertificates) {
            if !isRequired { $0["mode"] = .word("optional") }
            $0["authorities"] = .text(file.first)
        }
        if asking.count < servers.count
            || asking.contains(where: { $0.scope.one("ssl_client_certificate")?.first != file.first })
        {
            let advice =
                "certificates are now asked for at all names of this address; see 'authentication: {mutualTLS: …}' of routes"
            draft.note(.protection, line.place, line.words, advice)
        }
    }

    private mutating func readProxies(
        _ server: NginxServer,
        _ isProxyProtocol: Bool,
        _ line: NginxDirective,
        into listener: inout YAMLMapping
    ) {
        let networks = server.scope.all("set_real_ip_from").filter { Network($0.first) != nil }.map(\.first)
        let field = server.scope.one("real_ip_header")?.first.lowercased()
        if isProxyProtocol {
            listener["proxyProtocolFrom"] = .list(networks.map(YAMLDraft.text))
            if networks.isEmpty {
                draft.note(
                    .protection,
                    line.place,
                    line.words,
                    "name the networks of the proxies in 'proxyProtocolFrom'; from others it is an error"
                )
            }
        } else if !networks.isEmpty, field == "x-forwarded-for" {
            listener["trustedProxies"] = .list(networks.map(YAMLDraft.text))
        } else if let line = server.scope.one("set_real_ip_from") {
            draft.note(
                .untranslated,
                line.place,
                line.words,
                "with 'real_ip_header X-Forwarded-For' it were 'trustedProxies'"
            )
        }
    }

    private func readLimits(_ scope: NginxScope, into listener: inout YAMLMapping) {
        listener.change("limits", .listenerLimits) { limits in
            limits["bodyBytes"] =
                largestBody.map { $0 == 64 << 20 ? nil : .word(Units.text(bytes: $0)) } ?? .word("off")
            let times: [(String, String, Duration, ClosedRange<Duration>)] = [
                ("client_header_timeout", "headerTimeout", .seconds(10), .milliseconds(100) ... .seconds(300)),
                ("client_body_timeout", "bodyTimeout", .seconds(30), .milliseconds(100) ... .seconds(3_600)),
                ("keepalive_timeout", "idleTimeout", .seconds(75), .milliseconds(100) ... .seconds(3_600)),
            ]
            for (name, key, normal, range) in times {
                guard let time = scope.one(name).flatMap({ ImportValues.nginxTime($0.first) }), time != normal else {
                    continue
                }
                limits[key] = ImportValues.time(time, range)
            }
            if let most = scope.one("keepalive_requests").flatMap({ ImportValues.digits($0.first[...]) }) {
                limits["requestsPerConnection"] = .number(min(max(most, 1), 10_000_000))
            }
        }
    }
}
