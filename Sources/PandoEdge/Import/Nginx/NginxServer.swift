/// A `server` of nginx with what decides which requests it gets.
struct NginxServer {
    let directive: NginxDirective
    let scope: NginxScope
    let listens: [NginxListen]
    /// Those that routes can have.
    let hosts: [String]
    /// Names that are patterns.
    let untranslated: [String]
    let isDefault: Bool

    init(_ directive: NginxDirective, _ block: [NginxDirective], in scope: NginxScope) {
        self.directive = directive
        self.scope = scope.within(block)
        let lines = block.filter { $0.name == "listen" }
        let isOldTLS = block.contains { $0.name == "ssl" && $0.isOn }
        listens =
            lines.isEmpty ? [NginxListen.port80(directive.place)] : lines.map { NginxListen($0, isSecure: isOldTLS) }
        let names = block.filter { $0.name == "server_name" }.flatMap(\.arguments)
        var (hosts, others) = ([String](), [String]())
        for name in names where name != "_" && !name.isEmpty && name != "$hostname" {
            if name.hasPrefix("."), ImportValues.isHost(String(name.dropFirst())) {
                hosts += [String(name.dropFirst()), "*\(name)"]
            } else if ImportValues.isHost(name) {
                hosts.append(name)
            } else {
                others.append(name)
            }
        }
        (self.hosts, untranslated) = (hosts, others)
        isDefault = listens.contains { $0.options.contains("default_server") || $0.options.contains("default") }
    }

    /// Whether all that it does is to send clients to the same place over TLS.
    var isRedirectToHTTPS: Bool {
        guard listens.allSatisfy({ !$0.isSecure }) else { return false }
        let locations = scope.own.filter { $0.name == "location" && !$0.arguments.joined().contains("acme-challenge") }
        // certbot writes an `if` for each name, and a 404 behind them.
        let conditional = scope.own.filter { $0.name == "if" && $0.first.hasPrefix("($host") }.flatMap {
            $0.block ?? []
        }
        let plain = scope.own.filter { $0.name == "return" && (conditional.isEmpty || $0.first != "404") }
        let returns =
            Array(conditional.prefix(1)) + plain
            + (locations.count == 1 && locations[0].arguments == ["/"]
                ? (locations[0].block ?? []).filter { $0.name == "return" } : [])
        guard conditional.allSatisfy({ $0.arguments == conditional[0].arguments }) else { return false }
        guard returns.count == 1, returns[0].name == "return", locations.count <= 1,
            let target = returns[0].arguments.last
        else { return false }
        guard target.hasPrefix("https://"), target.hasSuffix("$request_uri") else { return false }
        let host = String(target.dropFirst(8).dropLast(12))
        return ["$host", "$http_host", "$server_name"].contains(host) || hosts.contains(host)
    }
}

/// A `listen` of nginx.
struct NginxListen {
    let line: NginxDirective
    /// As a file of an edge has it; nil where it cannot.
    let address: String?
    let isSecure: Bool
    let options: Set<String>

    init(_ line: NginxDirective, isSecure: Bool) {
        self.line = line
        options = Set(line.arguments.dropFirst())
        self.isSecure = isSecure || options.contains("ssl")
        var text = line.first
        for wildcard in ["*:", "0.0.0.0:", "[::]:"] where text.hasPrefix(wildcard) {
            text = String(text.dropFirst(wildcard.count))
        }
        let isPort = ImportValues.digits(text[...]).map { (1...65_535).contains($0) } ?? false
        address = options.contains("udp") || text.isEmpty ? nil : isPort ? text : ImportValues.address(text, port: 80)
    }

    static func port80(_ place: ImportPlace) -> NginxListen {
        NginxListen(NginxDirective(name: "listen", arguments: ["80"], block: nil, place: place), isSecure: false)
    }

    /// Where the public comes in; all such listeners serve the same routes.
    var isPublic: Bool { address == "80" || address == "443" }
}
