import Foundation
import PandoTopology
import TestSupport
import Testing

@Suite struct TopologyFileTests {
    static func read(_ text: String, domains: [String]? = nil) throws -> Topology {
        try Topology.decode(Array(text.utf8), file: "t.yaml", domains: domains)
    }

    @Test func rungAloneIsItsPreset() throws {
        #expect(try TopologyFileTests.read("pando: 1\nrung: laptop\n") == Topology(.laptop))
        #expect(try TopologyFileTests.read("pando: 1\nrung: 7\n") == Topology(.noSinglePointOfFailure))
        #expect(try TopologyFileTests.read("pando: 1\n") == Topology(.laptop))
    }

    @Test func keysOverrideThePreset() throws {
        let topology = try TopologyFileTests.read(
            """
            pando: 1
            rung: laptop
            nodes:
              - role: all
                address: "[::1]:8000"
                admin: localhost:8001
            engines:
              database:
                path: data/hotel.sqlite
            """
        )
        #expect(
            topology.nodes == [
                NodeGroup(.all, address: Address(host: "::1", port: 8000), admin: Address("localhost:8001"))
            ]
        )
        #expect(topology.engines.database == DatabaseEngine(.sqlite, path: "data/hotel.sqlite"))
        #expect(topology.engines.search.engine == .fts5)
    }

    @Test func twoWebProcessesOnSQLiteWithSharedSessionsAreLegal() throws {
        let topology = try TopologyFileTests.read(
            """
            pando: 1
            nodes:
              - {role: web, count: 2, address: "127.0.0.1:8080"}
              - {role: worker, address: "127.0.0.1:8090"}
            engines: {database: sqlite, sessions: database, cache: none}
            """
        )
        #expect(topology.webProcesses == 2)
        #expect(topology.issues().isEmpty)
        #expect(topology.rung == .scaleOut)
    }

    @Test(arguments: Rung.allCases)
    func presetIsConsistentStandsOnItsRungAndReadsBack(_ rung: Rung) throws {
        let topology = Topology(rung)
        #expect(topology.issues().isEmpty)
        #expect(topology.rung == rung)
        #expect(try TopologyFileTests.read(topology.yaml) == topology)
        let json = try JSONEncoder().encode(topology)
        #expect(try JSONDecoder().decode(Topology.self, from: json) == topology)
    }

    @Test func everythingReadsBackFromItsText() throws {
        var topology = Topology(.services)
        topology.nodes[2].name = "front-1"
        topology.nodes[2].domains = ["catalog", "inventory"]
        topology.engines.database.address = Address(host: "::1", port: 5432)
        topology.engines.database.shards = 3
        topology.engines.queue = Engine(.kafka, address: Address(host: "broker", port: 9092), members: 5)
        #expect(try TopologyFileTests.read(topology.yaml) == topology)
    }

    @Test func pathsWithOddCharactersReadBack() throws {
        for path in ["data/호텔.sqlite", "a: b", "# no comment", "yes", "it's \"here\"", "C:\\data", "-", " x"] {
            var topology = Topology(.laptop)
            topology.engines.database.path = path
            #expect(try TopologyFileTests.read(topology.yaml).engines.database.path == path)
        }
    }

    @Test func namesOfDomainsAreCheckedAgainstTheApp() {
        let text = "pando: 1\nnodes:\n  - role: all\n    domains: [catalogue]\n"
        #expect(
            TopologyMessageTests.messages(text, domains: ["catalog", "inventory"]) == """
                t.yaml:3:3: nodes: no node runs domain 'catalog' and answers its requests; add it to the 'domains' of a node
                t.yaml:3:3: nodes: no node runs domain 'catalog' and consumes its messages; add it to the 'domains' of a node
                t.yaml:3:3: nodes: no node runs domain 'inventory' and answers its requests; add it to the 'domains' of a node
                t.yaml:3:3: nodes: no node runs domain 'inventory' and consumes its messages; add it to the 'domains' of a node
                t.yaml:4:15: nodes[0].domains[0]: the app has no domain 'catalogue'; did you mean 'catalog'? (known: catalog, inventory)
                """
        )
    }

    @Test func bytesThatAreNotUTF8AreNamed() {
        func message(_ bytes: [UInt8]) -> String {
            do throws(TopologyError) {
                _ = try Topology.decode(bytes, file: "t.yaml")
                return "fine"
            } catch { return error.description }
        }
        #expect(
            message(Array("pando: 1\nrung: ".utf8) + [0xC3, 0x28])
                == "t.yaml:2:7: byte 0xc3 is not UTF-8; save the file as UTF-8"
        )
        #expect(message([0xFF, 0xFE, 0x70, 0]) == "t.yaml:1:1: the file is UTF-16; save it as UTF-8")
        #expect(message([0xEF, 0xBB, 0xBF] + Array("pando: 1\n".utf8)) == "fine")
        #expect(
            message(Array(repeating: 0x20, count: 300_000)).hasPrefix(
                "t.yaml: the file has 300000 bytes, the limit is 262144"
            )
        )
    }

    @Test func fileThatCannotBeReadIsAnIssue() {
        let error = #expect(throws: TopologyError.self) { try Topology.load(path: "/nonexistent/t.yaml") }
        #expect(error?.issues.first?.file == "/nonexistent/t.yaml")
        #expect(error?.description.contains("cannot be read") == true)
    }

    @Test func fileIsReadFromDisk() throws {
        let url = FileManager.default.temporaryDirectory.appendingPathComponent("topology-\(UUID().uuidString).yaml")
        try Data("pando: 1\nrung: server\n".utf8).write(to: url)
        defer { try? FileManager.default.removeItem(at: url) }  // the test is over either way
        #expect(try Topology.load(path: url.path) == Topology(.server))
    }

    @Test func keyIsFoundInItsFile() throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("pando-\(UUID().uuidString).yaml").path
        try Data("pando: 1\nengines:\n  database: {engine: postgres, address: \"db:5432\"}\n".utf8)
            .write(to: URL(fileURLWithPath: path))
        defer { try? FileManager.default.removeItem(atPath: path) }
        let place = try #require(Topology.place(of: "engines.database.address", in: path))
        #expect(place == (3, 41))
        #expect(Topology.place(of: "engines.cache", in: path) == nil)
        #expect(Topology.place(of: "engines.database", in: path + ".none") == nil)
    }

    @Test func deepNestingIsRefusedWithoutHarm() {
        let dashes = "pando: 1\nnodes:\n  " + String(repeating: "- ", count: 240) + "x\n"
        #expect(TopologyMessageTests.messages(dashes).contains("found a list"))
        let steps = (0..<400).map { String(repeating: " ", count: $0) + "a:" }.joined(separator: "\n")
        #expect(TopologyMessageTests.messages(steps).contains("unknown key"))
        let hidden = "pando: 1\nx: a \"\ny: " + String(repeating: "[", count: 480)
        #expect(TopologyMessageTests.messages(hidden) != "fine")
    }

    @Test func randomDamageNeverCrashesAndAlwaysNamesAPlace() {
        var generator = SeededGenerator(seed: 20_261_121)
        print("seed \(generator.seed)")
        let original = Array(Topology(.regions).yaml.utf8)
        for _ in 0..<2_000 {
            var bytes = original
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                let index = Int.random(in: 0..<bytes.count, using: &generator)
                switch Int.random(in: 0...2, using: &generator) {
                case 0: bytes[index] = UInt8.random(in: 0...255, using: &generator)
                case 1: bytes.remove(at: index)
                default: bytes.insert(UInt8.random(in: 32...126, using: &generator), at: index)
                }
            }
            do throws(TopologyError) {
                _ = try Topology.decode(bytes, file: "t.yaml")
            } catch {
                #expect(error.issues.allSatisfy { !$0.problem.isEmpty && !$0.remedy.isEmpty && $0.file == "t.yaml" })
            }
        }
    }
}
