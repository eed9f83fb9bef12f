extension HAProxyImport {
    mutating func readBackend(_ section: HAProxySection) {
        var upstream = YAMLMapping(.upstream)
        upstream.comment = section.place.description
        let shared = section.one("default-server").map { Array($0.words.dropFirst()) } ?? []
        var servers: [YAMLDraft] = []
        var check = HAProxyCheck()
        for line in section.lines where line.words[0] == "server" {
            if let server = readServer(line, shared, into: &upstream, &check) { servers.append(server) }
        }
        let title = "\(section.kind) \(section.name)"
        guard !servers.isEmpty else {
            if section.kind == "backend" {
                draft.note(.untranslated, section.place, title, "it has no server that can be used")
            }
            return
        }
        upstream["servers"] = .list(servers)
        readBalance(section, single: servers.count == 1, into: &upstream)
        if check.isOn { upstream["health"] = check.health(section) }
        if let line = section.one("http-check", "expect"), check.status(section) == nil {
            draft.note(.untranslated, line.place, line.text, "write 'status' in 'health'")
        }
        readTimes(section, into: &upstream)
        if let count = section.one("retries").flatMap({ ImportValues.digits(($0.words.last ?? "")[...]) }), count != 1 {
            upstream["retries"] = count == 0 ? .word("off") : .number(min(count, 5))
        }
        let name = draft.freeName(section.name)
        names[section.name] = name
        backends[section.name] = section
        draft.upstreams.append((name, upstream))
    }

    private mutating func readServer(
        _ line: HAProxyLine,
        _ shared: [String],
        into upstream: inout YAMLMapping,
        _ check: inout HAProxyCheck
    ) -> YAMLDraft? {
        guard line.words.count > 2, let address = ImportValues.address(line.words[2], port: 80) else {
            draft.note(.untranslated, line.place, line.text, "write an address and a port")
            return nil
        }
        let words = shared + line.words.dropFirst(3)
        if words.contains("disabled") {
            draft.note(
                .untranslated,
                line.place,
                line.text,
                "a server that is disabled is left out; add it when it is back"
            )
            return nil
        }
        func value(_ key: String) -> String? {
            words.lastIndex(of: key).flatMap { $0 + 1 < words.count ? words[$0 + 1] : nil }
        }
        func number(_ key: String) -> Int? { value(key).flatMap { ImportValues.digits($0[...]) } }
        var server = YAMLMapping(.server)
        server["address"] = .text(address)
        if let weight = number("weight"), weight != 1 { server["weight"] = .number(min(max(weight, 1), 1_000)) }
        if words.contains("backup") { server["backup"] = .word("true") }
        if let most = number("maxconn"), most > 0 { server["maximumConnections"] = .number(min(most, 1_000_000)) }
        check.read(words, value)
        if words.contains("send-proxy") { upstream["proxyProtocol"] = .word("v1") }
        if words.contains("send-proxy-v2") { upstream["proxyProtocol"] = .word("v2") }
        if words.contains("ssl") { readTLS(words, value, line, into: &upstream) }
        if let time = value("slowstart").flatMap(ImportValues.haproxyTime), time > .zero {
            upstream["slowStart"] = ImportValues.time(time, .zero ... .seconds(3_600))
        }
        if value("proto") == "h2" || value("alpn")?.hasPrefix("h2") ?? false { upstream["http"] = .text("2") }
        return server.entries.count == 1 ? .text(address) : .mapping(server)
    }

    private mutating func readTLS(
        _ words: [String],
        _ value: (String) -> String?,
        _ line: HAProxyLine,
        into upstream: inout YAMLMapping
    ) {
        var tls = YAMLMapping(.upstreamTLS)
        if let file = value("ca-file"), file != "@system-ca" { tls["authorities"] = .text(file) }
        if let name = value("verifyhost") { tls["name"] = .text(name) }
        upstream["tls"] = tls.isEmpty ? .word("on") : .mapping(tls)
        if value("verify") == "none" {
            draft.note(
                .differs,
                line.place,
                line.text,
                "the servers' certificates are checked; where they have none that can be, write 'verify: false'"
            )
        }
    }

    private mutating func readBalance(_ section: HAProxySection, single: Bool, into upstream: inout YAMLMapping) {
        if let line = section.all("cookie").last, line.words.count > 1, section.isHTTP {
            var (secret, sticky, balance) = (YAMLMapping(.secret), YAMLMapping(.sticky), YAMLMapping())
            secret["environment"] = .text("EDGE_STICKY_SECRET")
            sticky["secret"] = .mapping(secret)
            sticky["cookie"] = .text(line.words[1])
            balance["sticky"] = .mapping(sticky)
            upstream["balance"] = .mapping(balance)
            let advice = "the cookie is signed: set EDGE_STICKY_SECRET to 16 bytes or more ('openssl rand -hex 32')"
            return draft.note(.differs, line.place, line.text, advice)
        }
        guard let line = section.one("balance") else {
            if !single { upstream["balance"] = .word("roundRobin") }
            return
        }
        let way = line.words.dropFirst().first ?? ""
        let name = way.prefix { $0 != "(" }
        let argument = way.dropFirst(name.count + 1).prefix { $0 != ")" }
        var hash = YAMLMapping()
        switch name {
        case "roundrobin", "static-rr": if !single { upstream["balance"] = .word("roundRobin") }
        case "leastconn": upstream["balance"] = .word("leastConnections")
        case "random": upstream["balance"] = .word("random")
        case "source": hash["hash"] = .word("address")
        case "uri": hash["hash"] = .word("path")
        case "hdr" where !argument.isEmpty: hash["hash"] = .text("header \(argument)")
        default: draft.note(.untranslated, line.place, line.text, "servers are chosen by 'leastTime'; see 'balance'")
        }
        if !hash.isEmpty { upstream["balance"] = .mapping(hash) }
    }

    private func readTimes(_ section: HAProxySection, into upstream: inout YAMLMapping) {
        func time(_ name: String) -> Duration? {
            section.one("timeout", name).flatMap { $0.words.last }.flatMap(ImportValues.haproxyTime)
        }
        upstream.change("timeouts", .timeouts) {
            if let connect = time("connect"), connect != .seconds(3) {
                $0["connect"] = ImportValues.time(connect, .milliseconds(1) ... .seconds(300))
            }
            guard let idle = time("server"), idle != .seconds(60) else { return }
            $0["idle"] = ImportValues.time(idle, .milliseconds(100) ... .seconds(604_800))
            // HAProxy bounds the silence and not the whole.
            if idle > .seconds(60) { $0["total"] = .word("off") }
        }
        guard let queue = time("queue"), queue != .seconds(5) else { return }
        upstream.change("limits", .upstreamLimits) {
            $0["pendingTimeout"] = ImportValues.time(queue, .milliseconds(1) ... .seconds(300))
        }
    }
}

/// What the `server` lines of a backend say about probes.
struct HAProxyCheck {
    var isOn = false
    private var interval: Duration?
    private var rise: Int?
    private var fall: Int?
    private var port: Int?

    mutating func read(_ words: [String], _ value: (String) -> String?) {
        guard words.contains("check") else { return }
        isOn = true
        interval = value("inter").flatMap(ImportValues.haproxyTime) ?? interval
        rise = value("rise").flatMap { ImportValues.digits($0[...]) } ?? rise
        fall = value("fall").flatMap { ImportValues.digits($0[...]) } ?? fall
        port = value("port").flatMap { ImportValues.digits($0[...]) } ?? port
    }

    /// The statuses that are good; nil where `http-check expect` says what cannot be translated.
    func status(_ section: HAProxySection) -> String? {
        guard let line = section.one("http-check", "expect") else { return "200-399" }
        let words = line.words.dropFirst(2)
        guard words.first == "status", let text = words.dropFirst().first else { return nil }
        let parts = text.split(separator: "-", maxSplits: 1).compactMap(ImportValues.digits)
        let isRange =
            !parts.isEmpty && parts.allSatisfy { (100...599).contains($0) } && parts.first ?? 0 <= parts.last ?? 0
        return isRange && !text.contains(",") ? text : nil
    }

    func health(_ section: HAProxySection) -> YAMLDraft {
        var health = YAMLMapping(.health)
        let probe = section.one("option", "httpchk")
        let send = section.one("http-check", "send")?.value(after: "uri")
        let path = send ?? probe?.words.dropFirst(2).first { $0.hasPrefix("/") } ?? "/"
        health["path"] = probe == nil ? .word("tcp") : .text(path)
        // HAProxy probes every 2 seconds where nothing is said.
        let every = min(max(interval ?? .seconds(2), .milliseconds(100)), .seconds(3_600))
        if every != .seconds(5) { health["interval"] = .word(Units.text(every)) }
        if every <= .seconds(2) { health["timeout"] = .word(Units.text(every * 3 / 4)) }
        if let rise, rise != 2 { health["rise"] = .number(min(max(rise, 1), 100)) }
        if let fall, fall != 3 { health["fall"] = .number(min(max(fall, 1), 100)) }
        if let port, (1...65_535).contains(port) { health["port"] = .number(port) }
        if probe != nil, let status = status(section) {
            health["status"] = ImportValues.digits(status[...]).map(YAMLDraft.number) ?? .text(status)
        }
        return .mapping(health)
    }
}
