import PandoTopology
import Yams

/// Makes a configuration of a YAML tree.
struct EdgeReader {
    let log: ReadingLog
    /// What relative paths are relative to: the folder of the file.
    let folder: String

    func read(_ root: Node.Mapping) -> EdgeConfiguration {
        log.note("", root.mark)
        let reader = MappingReader(root, path: "", known: EdgeSection.file.keys, log: log)
        var edge = EdgeConfiguration()
        edge.listeners = readListeners(reader)
        edge.upstreams = readUpstreams(reader)
        edge.cache = readCacheStore(reader)
        let routes = RouteDefaults(upstreams: edge.upstreams.map(\.name), rule: edge.cache?.rule ?? .init())
        edge.routes = readRoutes(reader, routes)
        edge.gateways = readGateways(reader, routes)
        if edge.cache == nil, edge.allRoutes.contains(where: { $0.route.cache != nil }) { edge.cache = .init() }
        readOperation(reader, into: &edge)
        return edge
    }

    private func readOperation(_ reader: MappingReader, into edge: inout EdgeConfiguration) {
        if let deny = reader.section("deny", .deny) { edge.deny = readDeny(deny) }
        edge.accessLog = readAccessLog(reader)
        edge.admin = readAdmin(reader)
        if reader.scalar("workers") != "auto" { reader.set(&edge.workers, "workers", 1...256) }
        edge.tickets = readTickets(reader)
        reader.set(&edge.drainTimeout, "drainTimeout", .zero ... .seconds(3_600))
        reader.set(&edge.encodedSlashes, "encodedSlashes", "way to take encoded slashes")
    }

    // MARK: What many parts have

    /// A path, relative to the folder of the file.
    func readPath(_ reader: MappingReader, _ key: String, expecting what: String) -> String? {
        reader.string(key, expecting: what, limit: 1_024).map(resolved)
    }

    func resolved(_ path: String) -> String {
        path.hasPrefix("/") || folder.isEmpty || folder == "." ? path : "\(folder)/\(path)"
    }

    /// A secret's place; a text in its stead is refused without being repeated.
    func readSecret(_ reader: MappingReader, _ key: String) -> EdgeConfiguration.Secret? {
        let remedy = "write {environment: NAME} or {file: PATH}: secrets are not kept in this file"
        guard let node = reader.node(key, expecting: "{environment: NAME} or {file: PATH}") else { return nil }
        guard node.mapping != nil, let secret = reader.section(key, .secret) else {
            reader.report(key, node, "a secret in the file itself", remedy)
            return nil
        }
        if secret.has("environment") == secret.has("file") {
            reader.report(key, node, "one place is needed", remedy)
            return nil
        }
        if secret.has("environment") {
            return secret.string("environment", expecting: "the name of a variable").map { .environment($0) }
        }
        return readPath(secret, "file", expecting: "a file's path").map { .file($0) }
    }

    /// `127.0.0.1:3001`, `unix:/run/app.sock`, and a port alone where `portAlone` says so.
    func endpoint(_ item: EdgeItem, portAlone: Bool) -> EdgeConfiguration.Endpoint? {
        let example = portAlone ? "8080, 127.0.0.1:8080 or unix:/run/edge.sock" : "127.0.0.1:3001 or unix:/run/app.sock"
        func refuse(_ problem: String, _ remedy: String? = nil) -> EdgeConfiguration.Endpoint? {
            log.report(item.node.mark, item.path, problem, remedy ?? "write an address such as \(example)")
            return nil
        }
        guard let text = item.text, !text.isEmpty else { return refuse("found \(MappingReader.kind(of: item.node))") }
        if text.hasPrefix("unix:") {
            let path = resolved(String(text.dropFirst(5)))
            // What fits into sockaddr_un with its closing zero.
            return path.utf8.count <= 107 ? .unix(path) : refuse("the path of a socket has at most 107 bytes")
        }
        if text.contains("://") {
            return refuse(
                "'\(text)' is a URL",
                "write host and port alone; TLS to servers is the key 'tls' of an upstream"
            )
        }
        if portAlone, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) {
            guard let port = Int(text), port <= 65_535 else { return refuse("port \(text) is above 65535") }
            return .tcp(Address(host: "::", port: port))
        }
        if let problem = Address.problem(with: text) { return refuse(problem) }
        guard let address = Address(text) else { return refuse("'\(text)' is not an address") }
        if address.port == 0, !portAlone { return refuse("port 0 is no server's") }
        return .tcp(address)
    }

    func endpoint(_ reader: MappingReader, _ key: String, portAlone: Bool) -> EdgeConfiguration.Endpoint? {
        reader.node(key, expecting: "an address").flatMap {
            endpoint(EdgeItem(node: $0, path: reader.keyPath(key)), portAlone: portAlone)
        }
    }

    func readNetworks(_ reader: MappingReader, _ key: String) -> [Network] {
        let what = "an address or a network, such as 10.0.0.0/8"
        return (reader.items(key, expecting: what) ?? []).compactMap { item in
            let text = item.text ?? ""
            if let problem = Network.problem(with: text) {
                log.report(item.node.mark, item.path, problem, "write \(what)")
                return nil
            }
            return Network(text)
        }
    }

    /// Hosts in lower case.
    func readHosts(_ reader: MappingReader, _ key: String) -> [String] {
        let what = "a host such as example.com or \"*.example.com\""
        return (reader.items(key, expecting: what) ?? []).compactMap { item in
            let text = (item.text ?? "").lowercased()
            let name = text.hasPrefix("*.") ? String(text.dropFirst(2)) : text
            let isHost = !name.isEmpty && name.utf8.count <= 253 && name.utf8.allSatisfy(Self.isHostByte)
            if isHost, !name.hasPrefix("."), !name.hasSuffix(".") { return text }
            let problem = text.contains(":") ? "'\(text)' has a port" : "'\(text)' is not a host"
            log.report(item.node.mark, item.path, problem, "write \(what)")
            return nil
        }
    }

    private static func isHostByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
        case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"): true
        default: false
        }
    }

    /// Whether a text is a token of RFC 9110 §5.6.2, such as a field's name or a method.
    static func isToken(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { Characters.isIn($0, Characters.token) }
    }

    /// Names of fields, in lower case.
    func readFieldNames(_ reader: MappingReader, _ key: String) -> [String] {
        (reader.items(key, expecting: "the name of a field") ?? []).compactMap { fieldName($0.text ?? "", $0) }
    }

    func fieldName(_ text: String, _ item: EdgeItem) -> String? {
        if Self.isToken(text) { return text.lowercased() }
        log.report(
            item.node.mark,
            item.path,
            "'\(text)' is not the name of a field",
            "write a name such as X-Request-ID"
        )
        return nil
    }

    func readMethods(_ reader: MappingReader, _ key: String) -> [String] {
        let items = reader.items(key, expecting: "a method such as GET, or a list of them") ?? []
        return items.compactMap { item in
            let text = item.text ?? ""
            if Self.isToken(text), text == text.uppercased() { return text }
            let remedy =
                Self.isToken(text)
                ? "write \(text.uppercased()): methods tell case apart" : "write a method such as GET"
            log.report(item.node.mark, item.path, "'\(text)' is not a method", remedy)
            return nil
        }
    }
}
