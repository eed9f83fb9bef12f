import Foundation
import Pando
import PandoTopology

/// What runs, and where.
struct UpReport: Encodable, CustomStringConvertible {
    let name: String
    let rung: Int
    let rungName: String
    let topology: String
    let site: String
    let dashboard: String
    let metrics: String
    let database: String
    let processID: Int
    let startedInSeconds: Double

    init(name: String, _ place: ServicePlace, _ addresses: Node.Addresses, startedIn: Duration) {
        self.name = name
        rung = place.topology.rung.rawValue
        rungName = place.topology.rung.name
        topology = place.source
        site = "http://\(UpReport.reachable(addresses.service))/"
        dashboard = "http://\(UpReport.reachable(addresses.admin))/dashboard"
        metrics = "http://\(UpReport.reachable(addresses.admin))/metrics"
        database = place.database.description
        processID = Int(ProcessInfo.processInfo.processIdentifier)
        startedInSeconds = startedIn.inSeconds
    }

    /// An address that a browser on this machine can open.
    private static func reachable(_ text: String) -> String {
        Address(text).map { $0.reachable.description } ?? text
    }

    var description: String {
        """
        \(name) runs on rung \(rung) (\(rungName)): \(Rung(rawValue: rung)?.summary ?? "") [\(topology)]
          site       \(site)
          dashboard  \(dashboard)
          metrics    \(metrics)
          database   \(database)
        started in \(startedInSeconds.tenths) s; Ctrl-C stops it
        """
    }
}

/// What runs, and where, in several processes.
struct FleetReport: Encodable, CustomStringConvertible {
    let name: String
    let rung: Int
    let rungName: String
    let topology: String
    let site: String
    /// The file of the edge, where there is one.
    let edgeFile: String?
    let nodes: [NodeAnnouncement]
    let database: String
    let processID: Int
    let startedInSeconds: Double

    init(
        name: String,
        _ place: ServicePlace,
        _ topology: Topology,
        _ nodes: [NodeAnnouncement],
        _ folder: RunFolder,
        startedIn: Duration
    ) {
        self.name = name
        rung = topology.rung.rawValue
        rungName = topology.rung.name
        self.topology = place.source
        let edge = topology.nodes.first { $0.role == .edge }
        let address = nodes.first { $0.role == (edge?.role ?? .web) }?.address ?? place.site.reachable
        let host = edge?.host.map { Address(host: $0, port: address.port) } ?? address
        site = "\(edge?.tls ?? false ? "https" : "http")://\(host)/"
        edgeFile = edge.map { _ in folder.edgeFile }
        self.nodes = nodes
        database = place.database.description
        processID = Int(ProcessInfo.processInfo.processIdentifier)
        startedInSeconds = startedIn.inSeconds
    }

    var description: String {
        var table = TextTable(["node", "address", "dashboard", "process"], rightAligned: [3])
        for node in nodes {
            table.add([
                node.name, node.address?.description ?? "", node.dashboard ?? "", "\(node.processID)",
            ])
        }
        let edge = edgeFile.map { "\n  edge      \($0)" } ?? ""
        return """
            \(name) runs on rung \(rung) (\(rungName)): \(Rung(rawValue: rung)?.summary ?? "") [\(topology)]
              site      \(site)
              database  \(database)\(edge)
            \(table.text)
            started in \(startedInSeconds.tenths) s; Ctrl-C stops it
            """
    }
}

extension Duration {
    fileprivate var inSeconds: Double { Double(self / .milliseconds(1)) / 1_000 }
}

extension Double {
    /// With one digit behind the point.
    fileprivate var tenths: String {
        let tenths = Int((self * 10).rounded())
        return "\(tenths / 10).\(tenths % 10)"
    }
}
