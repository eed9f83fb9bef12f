import Yams

extension TopologyReader {
    /// The largest number of groups in one file.
    static let groupsLimit = 200

    static let nodeKeys = [
        "role", "count", "address", "admin", "name", "domains", "region", "host", "tls", "certificate", "key",
        "virtualAddress", "caches", "gateway",
    ]

    /// The groups of the file; nil where the key is absent, so that those of the rung hold.
    func readNodes(_ reader: MappingReader) -> [NodeGroup]? {
        let what = "a list of nodes, such as '- role: all'"
        guard let node = reader.node("nodes", expecting: what) else { return nil }
        guard let sequence = node.sequence else {
            reader.report("nodes", node, "found \(MappingReader.kind(of: node))", "write \(what)")
            return nil
        }
        if sequence.count > TopologyReader.groupsLimit {
            reader.report(
                "nodes",
                node,
                "\(sequence.count) groups, the limit is \(TopologyReader.groupsLimit)",
                "use 'count'"
            )
        }
        return sequence.prefix(TopologyReader.groupsLimit).enumerated().compactMap { index, item in
            readGroup(item, path: "nodes[\(index)]")
        }
    }

    private func readGroup(_ node: Node, path: String) -> NodeGroup? {
        log.note(path, node.mark)
        guard let mapping = node.mapping else {
            log.report(node.mark, path, "found \(MappingReader.kind(of: node))", "write a node such as '- role: all'")
            return nil
        }
        let reader = MappingReader(mapping, path: path, known: TopologyReader.nodeKeys, log: log)
        if !reader.has("role") {
            let roles = Role.allCases.map(\.rawValue).joined(separator: ", ")
            log.report(node.mark, "\(path).role", "the role is missing", "add 'role:' with one of: \(roles)")
        }
        let role: Role? = reader.choice("role", "role")
        var group = NodeGroup(role ?? .all)
        group.count = reader.int("count", in: 1...NodeGroup.countLimit) ?? 1
        if let address = reader.address("address") { group.address = address }
        group.admin = reader.address("admin")
        group.name = readName(reader, "name")
        group.region = readName(reader, "region")
        group.host = reader.string("host", expecting: "a host name", limit: 253)
        group.tls = reader.bool("tls") ?? false
        group.certificate = reader.string("certificate", expecting: "a file's path", limit: 1_024)
        group.key = reader.string("key", expecting: "a file's path", limit: 1_024)
        group.caches = reader.bool("caches") ?? false
        group.gateway = reader.choice("gateway", "kind of gateway")
        group.virtualAddress = reader.string("virtualAddress", expecting: "an IP address", limit: 45)
        group.domains = readDomains(reader)
        return role == nil ? nil : group
    }

    private func readName(_ reader: MappingReader, _ key: String) -> String? {
        let what = "a name of letters, digits and '-'"
        guard let text = reader.string(key, expecting: what, limit: 63) else { return nil }
        guard text.utf8.allSatisfy({ Address.isHostByte($0) && $0 != UInt8(ascii: ".") }) else {
            reader.report(key, reader.node(key, expecting: what), "'\(text)' has other characters", "write \(what)")
            return nil
        }
        return text
    }

    private func readDomains(_ reader: MappingReader) -> [String] {
        let what = "a list of domains, such as [catalog]"
        guard let node = reader.node("domains", expecting: what) else { return [] }
        guard let sequence = node.sequence, !sequence.isEmpty else {
            reader.report(
                "domains",
                node,
                "found \(MappingReader.kind(of: node))",
                "write \(what), or remove the key for all domains"
            )
            return []
        }
        return sequence.enumerated().compactMap { index, item in
            let path = "\(reader.keyPath("domains"))[\(index)]"
            log.note(path, item.mark)
            if let text = item.scalar?.string, !text.isEmpty { return text }
            log.report(item.mark, path, "found \(MappingReader.kind(of: item))", "write a domain's name")
            return nil
        }
    }
}
