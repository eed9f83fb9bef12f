import Foundation
import PandoTopology

/// The file of the edge in front of an app's nodes, as the topology and the app's gateways have it.
struct EdgeFileText {
    /// A node that answers requests.
    struct Server: Hashable {
        let address: Address
        let admin: Address
    }

    /// What it was made from, in words.
    let source: String
    /// The edge of the topology.
    let edge: NodeGroup
    /// In the order of their names.
    let servers: [Server]
    let gateways: [EdgeGateway]

    /// How often nodes are asked whether they are ready. Two answers that they are not, and they get no more requests: a node that is
    /// to stop says so for ``drainDelay`` before it does.
    private static let health = "{path: /readyz, interval: 500ms, timeout: 400ms, rise: 1, fall: 2}"
    /// How long a node behind an edge says that it is not ready before it stops to take requests.
    static let drainDelay: Duration = .seconds(2)

    /// The text.
    var text: String {
        (["# Made by 'up' from \(source), and made anew with every change: change that instead."] + listeners + upstream
            + ["gateways:"] + gateways.flatMap(lines) + admin + ["accessLog: off"])
            .joined(separator: "\n") + "\n"
    }

    private var listeners: [String] {
        var lines = ["listeners:"]
        let address = Self.quoted(edge.address.description)
        guard edge.tls, let certificate = edge.certificate, let key = edge.key else {
            return lines + ["  - {address: \(address)}"]
        }
        lines.append("  - address: \(address)")
        let files = "{certificate: \(Self.absolute(certificate)), key: \(Self.absolute(key))}"
        lines.append("    certificates: [\(files)]")
        if edge.address.port == 443 {
            let plain = Address(host: edge.address.host, port: 80).description
            lines.append("  - {address: \(Self.quoted(plain)), redirectToHTTPS: true}")
        }
        return lines
    }

    private var admin: [String] { edge.admin.map { ["admin: \(Self.quoted($0.description))"] } ?? [] }

    /// A request that a node could not answer goes to another one, where that is safe; and a node that was killed is back in seconds.
    private var upstream: [String] {
        let list = servers.map { server in
            let address = Self.quoted(server.address.reachable.description)
            return "      - {address: \(address), healthPort: \(server.admin.port)}"
        }
        return ["upstreams:", "  nodes:", "    servers:"] + list + [
            "    health: \(Self.health)",
            "    outliers: {failures: 3, ejection: 2s}",
            "    retries: {attempts: 3, budgetPercent: 50}",
        ]
    }

    private func lines(_ gateway: EdgeGateway) -> [String] {
        let host = edge.host.map { ["    host: \(Self.quoted($0))"] } ?? []
        return ["  \(gateway.name):"] + host + ["    routes:"]
            + gateway.routes.map { route in
                let limits = [
                    route.requestsPerSecond.map { "rate: \($0)/s" }, route.bodyBytes.map { "bodyBytes: \($0)" },
                ].compactMap(\.self)
                let text = limits.isEmpty ? "" : ", limits: {\(limits.joined(separator: ", "))}"
                return "      - {path: \(Self.quoted(route.path)), upstream: nodes\(text)}"
            }
    }

    /// The edge looks for files beside its own.
    private static func absolute(_ path: String) -> String { quoted(URL(fileURLWithPath: path).path) }

    /// A double-quoted YAML scalar.
    private static func quoted(_ text: String) -> String {
        "\"\(text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\""))\""
    }
}
