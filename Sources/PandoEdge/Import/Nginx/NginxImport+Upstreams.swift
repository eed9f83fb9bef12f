extension NginxImport {
    mutating func readUpstream(_ directive: NginxDirective, _ block: [NginxDirective]) {
        var upstream = YAMLMapping(.upstream)
        upstream.comment = directive.place.description
        var servers: [YAMLDraft] = []
        var failures: [Int] = []
        var ejection: Duration?
        // nginx goes round where nothing else is said.
        upstream["balance"] = .word("roundRobin")
        for line in block {
            switch line.name {
            case "server":
                if let server = readServerLine(line) { servers.append(server) }
                failures += [ImportValues.digits(value(of: "max_fails", line)[...]) ?? 1]
                ejection = ImportValues.nginxTime(value(of: "fail_timeout", line)) ?? ejection
            case "least_conn": upstream["balance"] = .word("leastConnections")
            case "random": upstream["balance"] = .word("random")
            case "ip_hash": upstream["balance"] = hash("$remote_addr")
            case "hash": readHash(line, into: &upstream)
            case "keepalive": readKeepAlive(line, into: &upstream)
            case "keepalive_timeout":
                guard let time = ImportValues.nginxTime(line.first) else { continue }
                upstream.change("keepAlive", .keepAlive) {
                    $0["idle"] = ImportValues.time(time, .milliseconds(100) ... .seconds(3_600))
                }
            case "keepalive_requests", "keepalive_time":
                draft.note(.unneeded, line.place, line.words, "servers end connections themselves")
            default: noteUntranslated(line)
            }
        }
        let isWatched = failures.contains { $0 > 0 }
        if !isWatched { upstream["outliers"] = .word("off") }
        if isWatched, block.contains(where: { !value(of: "max_fails", $0).isEmpty }) || ejection != nil {
            upstream.change("outliers", .outliers) {
                if let most = failures.max(), most != 5 { $0["failures"] = .number(min(max(most, 1), 1_000)) }
                if let ejection { $0["ejection"] = ImportValues.time(ejection, .seconds(1) ... .seconds(3_600)) }
            }
        }
        guard !servers.isEmpty else {
            return draft.note(
                .untranslated,
                directive.place,
                directive.words,
                "it has no server that can be used; name one"
            )
        }
        upstream["servers"] = .list(servers)
        // A single server leaves no choice.
        if servers.count == 1, upstream["balance"] == .word("roundRobin") { upstream["balance"] = nil }
        let name = draft.freeName(directive.first)
        names[directive.first] = name
        draft.upstreams.append((name, upstream))
    }

    private func value(of key: String, _ line: NginxDirective) -> String {
        line.arguments.first { $0.hasPrefix("\(key)=") }.map { String($0.dropFirst(key.count + 1)) } ?? ""
    }

    private mutating func readServerLine(_ line: NginxDirective) -> YAMLDraft? {
        guard let address = ImportValues.address(line.first, port: 80) else {
            draft.note(.untranslated, line.place, line.words, "write an address and a port")
            return nil
        }
        if line.arguments.contains("down") {
            draft.note(
                .untranslated,
                line.place,
                line.words,
                "a server that is down is left out; add it when it is back"
            )
            return nil
        }
        var server = YAMLMapping(.server)
        server["address"] = .text(address)
        for argument in line.arguments.dropFirst() {
            let parts = argument.split(separator: "=", maxSplits: 1).map(String.init)
            let number = parts.count == 2 ? ImportValues.digits(parts[1][...]) : nil
            switch (parts[0], number) {
            case ("weight", let weight?): if weight != 1 { server["weight"] = .number(min(max(weight, 1), 1_000)) }
            case ("backup", _): server["backup"] = .word("true")
            case ("max_conns", let most?): if most > 0 { server["maximumConnections"] = .number(min(most, 1_000_000)) }
            case ("max_fails", _), ("fail_timeout", _), ("resolve", _): break
            default:
                draft.note(.untranslated, line.place, "\(line.words) (\(argument))", "the edge has nothing like it")
            }
        }
        return server.entries.count == 1 ? .text(address) : .mapping(server)
    }

    private mutating func readHash(_ line: NginxDirective, into upstream: inout YAMLMapping) {
        guard let hash = hash(line.first) else {
            return draft.note(
                .untranslated,
                line.place,
                line.words,
                "write 'balance: {hash: …}' of address, path, header or cookie"
            )
        }
        upstream["balance"] = hash
    }

    private func hash(_ variable: String) -> YAMLDraft? {
        let of: String
        switch variable {
        case "$remote_addr", "$binary_remote_addr": of = "address"
        case "$uri", "$request_uri": of = "path"
        case let other where other.hasPrefix("$cookie_"): of = "cookie \(other.dropFirst(8))"
        case let other where other.hasPrefix("$http_"): of = "header \(other.dropFirst(6).replacing("_", with: "-"))"
        default: return nil
        }
        var hash = YAMLMapping()
        hash["hash"] = .text(of)
        return .mapping(hash)
    }

    private func readKeepAlive(_ line: NginxDirective, into upstream: inout YAMLMapping) {
        guard let count = ImportValues.digits(line.first[...]), count != 64 else { return }
        upstream.change("keepAlive", .keepAlive) { $0["connections"] = .number(min(count, 10_000)) }
    }

    /// The upstream of an address that has no block of its own; nil where it is no address.
    mutating func upstream(_ target: String, isSecure: Bool, _ place: ImportPlace, verifiesTLS: YAMLDraft?) -> String? {
        let key = isSecure ? "https://\(target)" : target
        if let known = names[key] { return known }
        var upstream = YAMLMapping(.upstream)
        if let known = names[target] {
            // The same servers, spoken to in another way.
            guard let old = draft.upstreams.first(where: { $0.name == known }) else { return nil }
            upstream = old.mapping
        } else {
            guard let address = ImportValues.address(target, port: isSecure ? 443 : 80) else { return nil }
            upstream.comment = place.description
            upstream["servers"] = .list([.text(address)])
        }
        if isSecure { upstream["tls"] = verifiesTLS ?? .word("on") }
        let name = draft.freeName(names[target].map { "\($0)-tls" } ?? target)
        names[key] = name
        draft.upstreams.append((name, upstream))
        return name
    }
}
