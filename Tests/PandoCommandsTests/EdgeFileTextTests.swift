import Foundation
import PandoEdge
import PandoTopology
import Testing

@testable import PandoCommands

/// The file of the edge in front of an app's nodes.
@Suite struct EdgeFileTextTests {
    private static let servers = [8100, 8101].map { port in
        EdgeFileText.Server(
            address: Address(host: "0.0.0.0", port: port),
            admin: Address(host: "127.0.0.1", port: port + 1_000)
        )
    }

    private static func text(_ edge: NodeGroup, _ gateways: [EdgeGateway]) -> String {
        EdgeFileText(source: "rung 3", edge: edge, servers: servers, gateways: gateways).text
    }

    private static let gateways = [
        EdgeGateway("web", [.init("/*", requestsPerSecond: 500), .init("/login", requestsPerSecond: 20)]),
        EdgeGateway("mobile", [.init("/m/*", requestsPerSecond: 50, bodyBytes: 65_536)]),
    ]

    @Test func isTakenByTheEdgeAndSaysWhatIsMeant() throws {
        let edge = NodeGroup(.edge, address: Address(host: "127.0.0.1", port: 8080))
        let text = Self.text(edge, Self.gateways)
        let checked = try EdgeConfiguration.decode(Array(text.utf8), file: "edge.yaml")
        #expect(checked.configuration.unsupported.isEmpty)
        let upstream = try #require(checked.configuration.upstreams.first)
        #expect(upstream.servers.map { "\($0.endpoint)" } == ["127.0.0.1:8100", "127.0.0.1:8101"])
        #expect(upstream.servers.map(\.healthPort) == [9100, 9101])
        #expect(upstream.health?.path == "/readyz")
        #expect(checked.configuration.gateways.map(\.name) == ["web", "mobile"])
        #expect(checked.configuration.gateways[1].routes[0].limits.bodyBytes == 65_536)
        #expect(checked.configuration.gateways[0].routes.map { $0.limits.rate.map(\.requests) } == [[500], [20]])
        #expect(checked.configuration.listeners.count == 1)
    }

    @Test func namesItsCertificateAndItsHost() throws {
        try withCertificate { certificate, key in
            let edge = NodeGroup(
                .edge,
                address: Address(host: "0.0.0.0", port: 443),
                host: "hotel.example",
                tls: true,
                certificate: certificate,
                key: key
            )
            let checked = try EdgeConfiguration.decode(Array(Self.text(edge, Self.gateways).utf8), file: "edge.yaml")
            #expect(checked.configuration.listeners.map(\.certificates.count) == [1, 0])
            #expect(checked.configuration.listeners[1].redirectToHTTPS)
            #expect(Self.text(edge, Self.gateways).contains("    host: \"hotel.example\"\n"))
        }
    }

    /// What is in the blocks of these files is looked at when the edge starts, and not before.
    private func withCertificate(_ body: (String, String) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("pando-edge-\(UUID().uuidString)")
            .path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        for (name, block) in [("site.pem", "CERTIFICATE"), ("site.key", "PRIVATE KEY")] {
            let text = "-----BEGIN \(block)-----\nAA==\n-----END \(block)-----\n"
            try Data(text.utf8).write(to: URL(fileURLWithPath: "\(folder)/\(name)"))
        }
        try body("\(folder)/site.pem", "\(folder)/site.key")
    }

    @Test func nodesAreNamedByTheirGroupsAndTakeConsecutivePorts() {
        var topology = Topology.onThisMachine(.scaleOut)
        topology.nodes[2].admin = nil
        let places = NodeLauncher.places(of: topology)
        #expect(places.map(\.name) == ["edge-1", "web-1", "web-2", "worker-1"])
        #expect(places.map(\.address.port) == [8080, 8100, 8101, 8200])
        #expect(places.map(\.admin.port) == [0, 9100, 9101, 0])
        topology.nodes.append(NodeGroup(.web, address: Address(host: "127.0.0.1", port: 0)))
        #expect(NodeLauncher.places(of: topology).map(\.name).contains("web-3-1"))
    }

    @Test func aRungAndAFileAreTwoThings() async {
        let recorder = Recorder()
        let status = await CommandRunner.run(
            TopologyCommand.self,
            ["show", "--rung", "3", "--topology", "t.yaml"],
            console: recorder.console()
        )
        #expect(status == .badInput)
        #expect(recorder.notes == "topology: --rung and --topology say two things; give one of them\n")
    }
}
