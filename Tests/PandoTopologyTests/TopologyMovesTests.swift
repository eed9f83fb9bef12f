import PandoTopology
import Testing

@Suite struct TopologyMovesTests {
    @Test func nothingChangesBetweenEquals() {
        for rung in Rung.allCases { #expect(Topology(rung).moves(to: Topology(rung)).isEmpty) }
    }

    @Test func climbToScaleOutMovesStateBeforeItAddsNodes() {
        #expect(
            Topology(.laptop).moves(to: Topology(.scaleOut)).map(\.description) == [
                "database: sqlite → postgres",
                "cache: process → none",
                "search: fts5 → postgres",
                "nodes: 1 × all at 127.0.0.1:8080, admin 127.0.0.1:9090 → none",
                "nodes: none → 1 × edge at 0.0.0.0:443, admin 127.0.0.1:9090, host app.example, TLS",
                "nodes: none → 2 × web at 127.0.0.1:8100, admin 127.0.0.1:9100",
                "nodes: none → 1 × worker at 127.0.0.1:8200, admin 127.0.0.1:9200",
            ]
        )
    }

    @Test func descentTakesNodesAwayBeforeItMovesState() {
        let moves = Topology(.scaleOut).moves(to: Topology(.laptop))
        #expect(moves.map(\.subject) == [.nodes, .nodes, .nodes, .nodes, .database, .cache, .search])
    }

    @Test func eachRungMovesWhatItSays() {
        func subjects(_ old: Rung, _ new: Rung) -> Set<Move.Subject> {
            Set(Topology(old).moves(to: Topology(new)).map(\.subject))
        }
        #expect(subjects(.laptop, .server) == [.nodes])
        #expect(subjects(.scaleOut, .sharedState) == [.sessions, .cache])
        #expect(subjects(.sharedState, .replicas) == [.replicas])
        #expect(subjects(.replicas, .contentAndEvents) == [.queue, .search, .nodes])
        #expect(subjects(.services, .shards) == [.shards])
        #expect(subjects(.shards, .regions) == [.regions, .nodes])
    }

    @Test func domainsThatLeaveTheProcessAreAMove() {
        var apart = Topology(.services)
        apart.nodes[2].domains = ["inventory", "catalog"]
        #expect(
            Topology(.services).moves(to: apart).map(\.description).first == "domains: together → catalog+inventory"
        )
    }

    @Test func aMoveHasNineStages() {
        #expect(
            Move.Stage.allCases.map(\.rawValue) == [
                "plan", "prepare", "copy", "follow", "verify", "switch reads", "switch writes", "hold", "complete",
            ]
        )
    }
}
