import PandoTopology
import Yams

extension EdgeReader {
    func readDeny(_ reader: MappingReader) -> EdgeConfiguration.DenyList {
        var deny = EdgeConfiguration.DenyList()
        deny.networks = readNetworks(reader, "addresses")
        deny.userAgents = reader.texts("userAgents", expecting: "a part of a User-Agent", limit: 255) ?? []
        let what = "a path such as /.git/*"
        deny.paths = (reader.items("paths", expecting: what) ?? []).compactMap { item in
            let text = item.text ?? ""
            if let pattern = EdgeConfiguration.PathPattern(text) { return pattern }
            let problem = EdgeConfiguration.PathPattern.problem(with: text) ?? "not a path"
            log.report(item.node.mark, item.path, problem, "write \(what)")
            return nil
        }
        return deny
    }

    /// A format, or a mapping.
    func readAccessLog(_ parent: MappingReader) -> EdgeConfiguration.AccessLog {
        var found = EdgeConfiguration.AccessLog()
        guard parent.has("accessLog") else { return found }
        if parent.scalar("accessLog") != nil {
            parent.set(&found.format, "accessLog", "format of an access log")
            return found
        }
        guard let reader = parent.section("accessLog", .accessLog) else { return found }
        reader.set(&found.format, "format", "format of an access log")
        if reader.scalar("file") != "stdout" {
            found.file = readPath(reader, "file", expecting: "a file's path, or stdout")
        }
        reader.set(&found.samplePercent, "samplePercent", 0...100)
        return found
    }

    /// `off`, an address, or a mapping.
    func readAdmin(_ parent: MappingReader) -> EdgeConfiguration.Admin? {
        guard parent.has("admin"), !parent.isOff("admin") else { return nil }
        if parent.scalar("admin") != nil { return adminEndpoint(parent, "admin").map { .init($0) } }
        guard let reader = parent.section("admin", .admin) else { return nil }
        if !reader.has("address") { reader.missing("address", "add 'address: 127.0.0.1:9100'") }
        let token = readSecret(reader, "token")
        guard let endpoint = adminEndpoint(reader, "address") else { return nil }
        var admin = EdgeConfiguration.Admin(endpoint)
        admin.token = token
        return admin
    }

    /// A port alone is one of this machine here: what operates the edge is not for everybody.
    private func adminEndpoint(_ reader: MappingReader, _ key: String) -> EdgeConfiguration.Endpoint? {
        guard let endpoint = endpoint(reader, key, portAlone: true) else { return nil }
        let isPortAlone = reader.scalar(key)?.utf8.allSatisfy { (0x30...0x39).contains($0) } ?? false
        guard isPortAlone, case .tcp(let address) = endpoint else { return endpoint }
        return .tcp(Address(host: "127.0.0.1", port: address.port))
    }

    func readTickets(_ parent: MappingReader) -> EdgeConfiguration.Tickets {
        var tickets = EdgeConfiguration.Tickets()
        guard parent.has("tickets") else { return tickets }
        if parent.isOff("tickets") {
            tickets.isOn = false
            return tickets
        }
        guard let reader = parent.section("tickets", .tickets) else { return tickets }
        reader.set(&tickets.rotation, "rotation", .seconds(3_600) ... .seconds(7 * 86_400))
        tickets.secret = readSecret(reader, "secret")
        return tickets
    }

    func readGateways(_ reader: MappingReader, _ defaults: RouteDefaults) -> [EdgeConfiguration.Gateway] {
        reader.entries("gateways", expecting: "a mapping of names to gateways").compactMap { name, item in
            checkName(name, item)
            guard let section = MappingReader.section(item, .gateway, log: log) else { return nil }
            var gateway = EdgeConfiguration.Gateway(name: name)
            gateway.hosts = readHosts(section, "host")
            if !section.has("routes") { section.missing("routes", "add 'routes:' with at least one route") }
            gateway.routes = readRoutes(section, defaults)
            if let limits = readRouteLimits(section) { gateway.limits = limits }
            if let objectives = section.section("objectives", .objectives) {
                objectives.set(&gateway.objectives.latency, "latency", .milliseconds(1) ... .seconds(3_600))
                let percent = objectives.decimal("latencyPercent", 1...99.99)
                gateway.objectives.latencyPercent = percent ?? gateway.objectives.latencyPercent
                gateway.objectives.availabilityPercent = objectives.decimal("availabilityPercent", 1...99.9999)
            }
            return gateway
        }
    }
}
