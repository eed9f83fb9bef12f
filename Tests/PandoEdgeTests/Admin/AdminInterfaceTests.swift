import Foundation
import TestSupport
import Testing

@testable import PandoEdge

/// What operators see and do over the admin interface.
@Suite(.timeLimit(.minutes(1))) struct AdminInterfaceTests {
    @Test func healthNamesWhatFails() async throws {
        let server = try ScriptedServer(answering: response("hello"))
        try await withAdmin("upstreams: {app: {servers: [\"127.0.0.1:\(server.port)\"]}}") { edge, _, admin in
            #expect(try admin.ask("GET /livez").body == "ok\n")
            let ready = try admin.ask("GET /readyz")
            #expect(ready.status == "200" && ready.body == "{\"failing\":[],\"isReady\":true}\n")
            #expect(edge.drain(server: "127.0.0.1:\(server.port)", of: "app"))
            let failing = try admin.ask("GET /readyz")
            #expect(failing.status == "503" && failing.body.contains("\"what\":\"upstream app\""))
            #expect(failing.body.contains("127.0.0.1:\(server.port) is draining"))
            #expect(try admin.ask("GET /livez").status == "200")
            let head = try admin.ask("HEAD /readyz")
            #expect(head.status == "503" && head.body.isEmpty && head.field("content-length") != "0")
        }
    }

    @Test func oneDeadUpstreamOfTwoIsNamedAndTheEdgeStaysReady() async throws {
        let server = try ScriptedServer(answering: response("hello"))
        let text = """
            upstreams: {app: {servers: ["127.0.0.1:\(server.port)"]}, other: {servers: ["127.0.0.1:1"]}}
            routes: [{path: /o, upstream: other}, {path: /*, upstream: app}]
            """
        try await withAdmin(text) { edge, _, admin in
            #expect(edge.drain(server: "127.0.0.1:1", of: "other"))
            let answer = try admin.ask("GET /readyz")
            #expect(answer.status == "200" && answer.body.contains("upstream other"))
        }
    }

    @Test func stateAndMetricsTellOfRequests() async throws {
        let server = try ScriptedServer(answering: response("hello"))
        let text =
            "upstream: \"127.0.0.1:\(server.port)\"\nroutes: [{name: all, path: /*, upstream: default, cache: on}]"
        try await withAdmin(text) { edge, port, admin in
            #expect(try get(port).body == "hello")
            try await poll { try admin.state().routes.first?.requests == ["2xx": 1] }
            let state = try admin.state()
            let route = try #require(state.routes.first)
            #expect(route.name == "all" && route.sentBytes == 5 && route.p50Microseconds ?? 0 > 0)
            #expect(route.latencyCounts.count == state.latencyBoundsMicroseconds.count + 1)
            #expect(route.latencyCounts.reduce(0, +) == 1)
            #expect(state.listeners.first?.proto == "http" && state.listeners.first?.tls == nil)
            #expect(state.processID == Int(getpid()) && !state.isStopping && state.cache?.misses == 1)
            #expect(try admin.ask("GET /edge").field("content-type") == "application/json")
            let metrics = try admin.ask("GET /metrics")
            #expect(metrics.field("content-type") == "text/plain; version=0.0.4; charset=utf-8")
            #expect(metrics.body.contains("pando_edge_requests_total{gateway=\"\",route=\"all\",status=\"2xx\"} 1"))
            #expect(metrics.body.contains("pando_edge_cache_misses_total 1"))
            #expect(
                try admin.ask("GET /metrics", "", "Accept: application/openmetrics-text\r\n").body.hasSuffix("# EOF\n")
            )
        }
    }

    @Test func aServerIsDrainedAndResumedInAllUpstreamsOrInOne() async throws {
        let text = """
            upstreams: {one: {servers: ["127.0.0.1:1", "127.0.0.1:2"]}, two: {servers: ["127.0.0.1:1"]}}
            routes: [{path: /o, upstream: one}, {path: /*, upstream: two}]
            """
        try await withAdmin(text) { edge, _, admin in
            func draining() -> [Bool] { edge.liveState.upstreams.flatMap { $0.servers.map(\.isDraining) } }
            let answer = try admin.ask("POST /drain", #"{"server": "127.0.0.1:1"}"#)
            #expect(answer.status == "200")
            #expect(answer.body == "{\"isDraining\":true,\"server\":\"127.0.0.1:1\",\"upstreams\":[\"one\",\"two\"]}\n")
            #expect(draining() == [true, false, true])
            #expect(try admin.ask("POST /resume", #"{"server": "127.0.0.1:1", "upstream": "two"}"#).status == "200")
            #expect(draining() == [true, false, false])
            let lost = try admin.ask("POST /drain", #"{"server": "127.0.0.1:2", "upstream": "two"}"#)
            #expect(lost.status == "404" && lost.body.contains("use one of 127.0.0.1:1"))
            #expect(draining() == [true, false, false])
        }
    }

    @Test func storedResponsesArePurged() async throws {
        let asked = Asked()
        let server = try ScriptedServer(asked) { _, _ in response("x", "Cache-Control: max-age=60\r\nCache-Tag: t\r\n")
        }
        try await withCachedEdge(server, "{staleWhileRevalidate: 10s}", "admin: \"127.0.0.1:0\"") { edge, port in
            let admin = try AdminClient(edge)
            for body in [#"{"url": "http://a/p"}"#, #"{"prefix": "http://a/"}"#, #"{"tag": "t"}"#, #"{"all": true}"#] {
                _ = try get(port, "/p")
                #expect(try await holds { try get(port, "/p").isHit })
                let before = asked.count
                let answer = try admin.ask("POST /purge", body)
                #expect(answer.status == "200" && answer.body.contains("\"soft\":false"))
                _ = try get(port, "/p")
                #expect(asked.count == before + 1, "\(body)")
            }
            #expect(try await holds { try get(port, "/p").isHit })
            #expect(try admin.ask("POST /purge", #"{"url": "http://a/p", "soft": true}"#).status == "200")
            // What is stale is given while it is fetched again.
            #expect(try get(port, "/p").isHit)
            #expect(try admin.ask("POST /purge", #"{"url": "p"}"#).body.contains("no URL with a host"))
        }
    }

    @Test func theFileIsReadAgain() async throws {
        let files = try EdgeFiles()
        let path = files.folder + "/edge.yaml"
        let text =
            "listen: \"127.0.0.1:0\"\nadmin: \"127.0.0.1:0\"\naccessLog: off\nworkers: 1\ndrainTimeout: 0s\nroutes: [{path: /*, respond: 200}]\n"
        try files.write("edge.yaml", text)
        let edge = try Edge(try EdgeConfiguration.load(path: path).configuration, file: path)
        let admin = try AdminClient(edge)
        try files.write("edge.yaml", text.replacing("200", with: "204"))
        let answer = try admin.ask("POST /reload")
        #expect(answer.status == "200" && answer.body == "{\"generation\":2,\"warnings\":[]}\n")
        #expect(try get(try #require(edge.addresses.first?.port)).status == "204")
        try files.write("edge.yaml", text.replacing("respond", with: "respnd"))
        let refused = try admin.ask("POST /reload")
        #expect(refused.status == "422" && refused.body.contains("\"line\":6") && refused.body.contains("respond"))
        #expect(edge.generation == 2)
        await edge.stop()
    }

    @Test func withoutAFileThereIsNothingToReload() async throws {
        try await withAdmin("routes: [{path: /*, respond: 200}]") { edge, _, admin in
            let answer = try admin.ask("POST /reload")
            #expect(answer.status == "422" && answer.body.contains("without a file"))
            #expect(edge.generation == 1)
        }
    }
}
