import PandoTopology
import Testing

@Suite struct TopologySupportTests {
    @Test func laptopRunsToday() {
        #expect(Topology(.laptop).issues().isEmpty)
        #expect(Topology(.laptop).unsupported().isEmpty)
    }

    @Test func whatANodeWouldIgnoreIsRefused() {
        var topology = Topology(.laptop)
        topology.nodes[0].host = "hotel.example"
        topology.nodes[0].region = "east"
        #expect(topology.unsupported().map(\.keyPath) == ["nodes[0].host", "nodes[0].region"])
    }

    @Test(arguments: Rung.allCases.filter { $0 > .laptop })
    func higherRungsSayWhatIsNotThereYet(_ rung: Rung) {
        let issues = Topology(rung).unsupported()
        #expect(!issues.isEmpty)
        #expect(issues.allSatisfy { $0.kind == .unsupported && $0.remedy.hasPrefix("what works today: ") })
    }

    @Test(arguments: [Rung.laptop, .server, .scaleOut])
    func rungsOnThisMachineRunToday(_ rung: Rung) {
        let topology = Topology.onThisMachine(rung)
        #expect(topology.issues().isEmpty)
        #expect(topology.unsupported().isEmpty)
        #expect(topology.rung == rung)
        #expect(topology.isOneProcess == (rung == .laptop))
        #expect(topology.nodes.allSatisfy { $0.address.host == "127.0.0.1" && !$0.tls && $0.host == nil })
    }

    @Test func anEdgeWithACertificateRunsToday() {
        var topology = Topology(.server)
        #expect(topology.unsupported().map(\.keyPath) == ["nodes[0].tls"])
        topology.nodes[0].certificate = "site.pem"
        #expect(topology.issues().map(\.keyPath) == ["nodes[0].certificate"])
        topology.nodes[0].key = "site.key"
        #expect(topology.issues().isEmpty && topology.unsupported().isEmpty)
        topology.nodes[0].tls = false
        #expect(topology.issues().map(\.problem) == ["the node speaks no TLS"])
    }

    @Test func whatAnEdgeWouldIgnoreIsRefused() {
        var topology = Topology.onThisMachine(.scaleOut)
        topology.nodes[0].caches = true
        topology.nodes[0].gateway = .mobile
        topology.nodes.append(NodeGroup(.edge, address: Address(host: "127.0.0.1", port: 8443), name: "second"))
        #expect(topology.unsupported().map(\.keyPath) == ["nodes[0].caches", "nodes[0].gateway", "nodes[3]"])
    }

    @Test func severalProcessesNeedAServerDatabase() {
        var topology = Topology.onThisMachine(.scaleOut)
        topology.engines.database = DatabaseEngine(.sqlite)
        topology.engines.search = Engine(.fts5)
        #expect(topology.issues().isEmpty)
        #expect(topology.unsupported().map(\.problem) == ["SQLite under 3 processes is not in this version"])
    }

    @Test func onlyCountsOfTheAppsNodesChangeWhileItRuns() {
        let topology = Topology.onThisMachine(.scaleOut)
        var target = topology
        target.nodes[1].count = 5
        #expect(topology.changedInCounts(to: target) == target)
        target.engines.database.address = Address(host: "db.internal", port: 5432)
        #expect(topology.changedInCounts(to: target) == nil)
        var second = topology
        second.nodes[0].count = 2
        #expect(topology.changedInCounts(to: second) == nil)
    }

    @Test func messageNamesTheEngineAndWhatWorks() {
        var topology = Topology(.laptop)
        topology.engines.queue = Engine(.nats)
        topology.engines.sessions = Engine(.process)
        topology.nodes.append(NodeGroup(.nameserver, address: Address(host: "127.0.0.1", port: 5353)))
        #expect(topology.issues().isEmpty)
        #expect(
            topology.unsupported().map(\.description).joined(separator: "\n") == """
                nodes[1].role: a node with role nameserver is not in this version; what works today: nodes with the roles \
                edge, web, worker and all
                engines.sessions: session engine process is not in this version; what works today: sessions: database
                engines.queue: queue engine nats is not in this version; what works today: queue: database
                """
        )
    }

    @Test(arguments: ["postgres", "postgresql"])
    func postgresIsOneWordHoweverItIsWrittenAndBringsItsOwnSearchAndNoCache(_ word: String) throws {
        let text = "pando: 1\nengines:\n  database: \(word)\n"
        let topology = try Topology.decode(Array(text.utf8), file: "t.yaml")
        #expect(topology.unsupported().isEmpty)
        for line in ["  database: postgres\n", "  cache: none\n", "  search: postgres\n"] {
            #expect(topology.yaml.contains(line))
        }
        let kept = try Topology.decode(Array((text + "  cache: process\n").utf8), file: "t.yaml")
        #expect(
            kept.unsupported().map(\.description) == [
                "engines.cache: cache engine process is not in this version; what works today: cache: none"
            ]
        )
    }

    @Test func combinationsOfValuesMadeInCodeAreCheckedToo() {
        var topology = Topology(.scaleOut)
        topology.engines.search = Engine(.fts5)
        topology.engines.database.failover = .patroni
        topology.engines.cache.members = 3
        #expect(
            topology.issues().map(\.keyPath) == [
                "engines.database.failover", "engines.search", "engines.cache.members",
            ]
        )
    }

    @Test func sqliteIsRefusedAcrossMachines() {
        let topology = Topology(
            nodes: [
                NodeGroup(.web, address: Address(host: "10.0.0.1", port: 80)),
                NodeGroup(.worker, address: Address(host: "10.0.0.2", port: 80)),
            ],
            engines: Engines(cache: Engine(.none))
        )
        #expect(topology.issues().map(\.problem) == ["the nodes are on 2 machines, and SQLite's file is on one"])
    }

    @Test func portsOfCopiesDoNotOverlap() {
        var topology = Topology(.scaleOut)
        topology.nodes[1].address.port = 8199
        #expect(topology.issues().map(\.problem) == ["port 8200 is taken by nodes[1].address (web) already"])
        topology.nodes[2].address.port = 65_535
        topology.nodes[2].count = 2
        #expect(topology.issues().first?.problem == "2 nodes from port 65535 on end above port 65535")
    }
}
