import PandoTopology
import Yams

extension EdgeReader {
    /// Those of `listen` and of `listeners`.
    func readListeners(_ reader: MappingReader) -> [EdgeConfiguration.Listener] {
        var found: [EdgeConfiguration.Listener] = []
        for key in ["listen", "listeners"] {
            for item in reader.items(key, expecting: "a port, an address or a listener", limit: 200) ?? [] {
                // Both keys make one list, and what is found wrong later goes by its numbers.
                let path = "listeners[\(found.count)]"
                log.note(path, item.node.mark)
                if let listener = readListener(EdgeItem(node: item.node, path: path)) { found.append(listener) }
            }
        }
        return found
    }

    private func readListener(_ item: EdgeItem) -> EdgeConfiguration.Listener? {
        guard item.node.mapping != nil else {
            return endpoint(item, portAlone: true).map { EdgeConfiguration.Listener($0) }
        }
        guard let reader = MappingReader.section(item, .listener, log: log) else { return nil }
        if !reader.has("address") { reader.missing("address", "add 'address: 8080'") }
        let endpoint = endpoint(reader, "address", portAlone: true)
        var listener = EdgeConfiguration.Listener(endpoint ?? .unix(""))
        listener.certificates = readCertificates(reader)
        listener.proto = listener.certificates.isEmpty ? .http : .https
        reader.set(&listener.proto, "protocol", "protocol")
        reader.set(&listener.http2, "http2")
        listener.clientCertificates = readClientCertificates(reader)
        reader.set(&listener.minimumTLS, "minimumTLS", "version of TLS")
        listener.hsts = readHSTS(reader)
        reader.set(&listener.redirectToHTTPS, "redirectToHTTPS")
        listener.proxyProtocolFrom = readNetworks(reader, "proxyProtocolFrom")
        listener.trustedProxies = readNetworks(reader, "trustedProxies")
        if let limits = reader.section("limits", .listenerLimits) { listener.limits = readListenerLimits(limits) }
        listener.upstream = reader.string("upstream", expecting: "the name of an upstream")
        listener.names = readNameRules(reader)
        return endpoint == nil ? nil : listener
    }

    private func readCertificates(_ reader: MappingReader) -> [EdgeConfiguration.Certificate] {
        let what = "{certificate: FILE, key: FILE}"
        return (reader.items("certificates", expecting: what) ?? []).compactMap { item in
            MappingReader.section(item, .certificate, log: log).flatMap { readCertificate($0) }
        }
    }

    /// The keys `certificate`, `key` and `ocsp` of a mapping.
    func readCertificate(_ reader: MappingReader) -> EdgeConfiguration.Certificate? {
        for key in ["certificate", "key"] where !reader.has(key) { reader.missing(key, "name the PEM file") }
        guard let certificate = readPath(reader, "certificate", expecting: "the path of a PEM file"),
            let key = readPath(reader, "key", expecting: "the path of a PEM file")
        else { return nil }
        let ocsp = readPath(reader, "ocsp", expecting: "the path of an OCSP response")
        return EdgeConfiguration.Certificate(certificate: certificate, key: key, ocsp: ocsp)
    }

    private func readClientCertificates(_ reader: MappingReader) -> EdgeConfiguration.ClientCertificates? {
        guard reader.has("clientCertificates"), !reader.isOff("clientCertificates"),
            let section = reader.section("clientCertificates", .clientCertificates)
        else { return nil }
        if !section.has("authorities") { section.missing("authorities", "name the PEM file of those who may sign") }
        let authorities = readPath(section, "authorities", expecting: "the path of a PEM file")
        var found = EdgeConfiguration.ClientCertificates(authorities: authorities ?? "")
        section.set(&found.mode, "mode", "way to ask for certificates")
        return authorities == nil ? nil : found
    }

    private func readHSTS(_ reader: MappingReader) -> EdgeConfiguration.HSTS? {
        guard reader.has("hsts"), !reader.isOff("hsts") else { return nil }
        var hsts = EdgeConfiguration.HSTS()
        if reader.isOn("hsts") { return hsts }
        guard let section = reader.section("hsts", .hsts) else { return nil }
        section.set(&hsts.maxAge, "maxAge", .zero ... .seconds(3 * 365 * 86_400))
        section.set(&hsts.includeSubdomains, "includeSubdomains")
        section.set(&hsts.preload, "preload")
        return hsts
    }

    private func readNameRules(_ reader: MappingReader) -> [EdgeConfiguration.NameRule] {
        (reader.items("names", expecting: "{host: app.example.com, upstream: app}") ?? []).compactMap { item in
            guard let rule = MappingReader.section(item, .nameRule, log: log) else { return nil }
            for key in ["host", "upstream"] where !rule.has(key) { rule.missing(key, "write {host: …, upstream: …}") }
            let hosts = readHosts(rule, "host")
            guard let upstream = rule.string("upstream", expecting: "the name of an upstream"), !hosts.isEmpty else {
                return nil
            }
            return EdgeConfiguration.NameRule(hosts: hosts, upstream: upstream)
        }
    }

    private func readListenerLimits(_ reader: MappingReader) -> EdgeConfiguration.ListenerLimits {
        var limits = EdgeConfiguration.ListenerLimits()
        reader.setBytes(&limits.headBytes, "headBytes", 1_024...(1 << 20))
        reader.set(&limits.fields, "fields", 10...1_000)
        reader.setBytes(&limits.targetBytes, "targetBytes", 256...(64 << 10))
        reader.setBytes(&limits.bodyBytes, "bodyBytes", 0...(1 << 50))
        reader.set(&limits.connections, "connections", 1...1_000_000)
        reader.set(&limits.connectionsPerAddress, "connectionsPerAddress", 1...1_000_000)
        let short: ClosedRange<Duration> = .milliseconds(100) ... .seconds(300)
        let long: ClosedRange<Duration> = .milliseconds(100) ... .seconds(3_600)
        reader.set(&limits.headerTimeout, "headerTimeout", short)
        reader.set(&limits.bodyTimeout, "bodyTimeout", long)
        reader.set(&limits.idleTimeout, "idleTimeout", long)
        reader.set(&limits.requestTimeout, "requestTimeout", .milliseconds(100) ... .seconds(86_400))
        reader.set(&limits.requestsPerConnection, "requestsPerConnection", 1...10_000_000)
        reader.set(&limits.http2Streams, "http2Streams", 1...1_000)
        reader.set(&limits.http2Resets, "http2Resets", 1...100_000)
        return limits
    }
}
