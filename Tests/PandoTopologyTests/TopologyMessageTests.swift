import PandoTopology
import Testing

/// Golden texts: what a person reads for each thing that can be wrong with a file.
@Suite struct TopologyMessageTests {
    /// The issues of a text, one a line.
    static func messages(_ text: String, domains: [String]? = nil) -> String {
        do throws(TopologyError) {
            _ = try Topology.decode(Array(text.utf8), file: "t.yaml", domains: domains)
            return "fine"
        } catch {
            return error.description
        }
    }

    struct Golden: Sendable, CustomTestStringConvertible {
        let name: String
        let text: String
        let expected: String
        var testDescription: String { name }
    }

    @Test(arguments: syntax + schema + combinations)
    func messageIs(_ golden: Golden) {
        #expect(TopologyMessageTests.messages(golden.text) == golden.expected)
    }

    static let syntax = [
        Golden(
            name: "empty file",
            text: "",
            expected: "t.yaml:1:1: the file is empty; start with 'pando: 1' and 'rung: laptop'"
        ),
        Golden(
            name: "only a comment",
            text: "# later\n",
            expected: "t.yaml:1:1: the file is empty; start with 'pando: 1' and 'rung: laptop'"
        ),
        Golden(
            name: "a list",
            text: "- role: all\n",
            expected: "t.yaml:1:1: the file holds no 'key: value' lines; start with 'pando: 1' and 'rung: laptop'"
        ),
        Golden(
            name: "tab",
            text: "pando: 1\nengines:\n\tcache: process\n",
            expected: "t.yaml:3:1: a tab in the indentation; indent with spaces"
        ),
        Golden(
            name: "open bracket",
            text: "pando: 1\nnodes: [\n",
            expected: """
                t.yaml:3:1: not YAML: did not find expected node content while parsing a flow node that begins at line 3; \
                check indentation, quotes and brackets here and on the line above
                """
        ),
        Golden(
            name: "alias",
            text: "pando: 1\nnodes:\n  - &a {role: all}\n  - *a\n",
            expected: "t.yaml:4:5: the alias '*a'; write the value out: aliases are not read here"
        ),
        Golden(
            name: "alias behind quotes",
            text: "pando: 1\nx: &a [1]\n\"a # b\": *a\n",
            expected: "t.yaml:3:10: the alias '*a'; write the value out: aliases are not read here"
        ),
        Golden(
            name: "two documents",
            text: "pando: 1\n---\npando: 1\n",
            expected:
                "t.yaml:2:1: not one YAML document: but found another document; keep one document a file, without aliases"
        ),
        Golden(
            name: "control character",
            text: "pando: 1\nrung: lap\u{7}top\n",
            expected: "t.yaml:2:10: the control character U+7; remove it"
        ),
        Golden(
            name: "brackets",
            text: "pando: 1\nnodes: " + String(repeating: "[", count: 40),
            expected: "t.yaml:2:40: more than 32 brackets are open; close them"
        ),
        Golden(
            name: "long line",
            text: "pando: 1\nrung: " + String(repeating: "x", count: 600),
            expected: "t.yaml:2:500: the line is longer than 500 characters; break it"
        ),
    ]

    static let schema = [
        Golden(
            name: "no version",
            text: "rung: laptop\n",
            expected: "t.yaml: pando: the version of the file format is missing; add 'pando: 1' as the first line"
        ),
        Golden(
            name: "newer version",
            text: "pando: 2\n",
            expected: "t.yaml:1:8: pando: this version reads format 1, not 2; use a newer Pando"
        ),
        Golden(
            name: "unknown rung",
            text: "pando: 1\nrung: labtop\n",
            expected: """
                t.yaml:2:7: rung: 'labtop' is not a rung; did you mean 'laptop'? (known: laptop, server, scale-out, \
                shared-state, replicas, content-and-events, no-single-point-of-failure, services, shards, regions)
                """
        ),
        Golden(
            name: "rung eleven",
            text: "pando: 1\nrung: 11\n",
            expected: "t.yaml:2:7: rung: '11' is not a rung; write a number from 1 to 10"
        ),
        Golden(
            name: "unknown key",
            text: "pando: 1\nengine:\n  cache: process\n",
            expected: "t.yaml:2:1: engine: unknown key; did you mean 'engines'? (known: pando, rung, nodes, engines)"
        ),
        Golden(
            name: "an engine at the top",
            text: "pando: 1\ndatabase: postgres\n",
            expected: "t.yaml:2:1: database: unknown key; write it under 'engines': 'engines: {database: …}'"
        ),
        Golden(
            name: "secrets in the file, which are not repeated",
            text: """
                pando: 1
                engines:
                  database:
                    engine: postgres
                    address: "postgres://hotel:opensesame@db:5432/hotel"
                    password: opensesame
                    port: 5432
                """,
            expected: """
                t.yaml:5:14: engines.database.address: a URL is no address: host and port alone are wanted; write host and \
                port, such as db.internal:5432; user, password and database are set in the environment: APP_DATABASE_USER, \
                APP_DATABASE_PASSWORD, APP_DATABASE_NAME; APP is the app's name in capitals
                t.yaml:6:5: engines.database.password: unknown key; a secret has no place in this file: set it in the \
                environment as APP_DATABASE_PASSWORD, or in a file 'database-password' in the secrets folder; APP is the \
                app's name in capitals
                t.yaml:7:5: engines.database.port: unknown key; write 'address', such as 'address: db.internal:5432'
                """
        ),
        Golden(
            name: "unknown engine",
            text: "pando: 1\nengines:\n  database: sqllite\n",
            expected: """
                t.yaml:3:13: engines.database: 'sqllite' is not a database engine; did you mean 'sqlite'? \
                (known: sqlite, postgres)
                """
        ),
        Golden(
            name: "far word",
            text: "pando: 1\nengines:\n  queue: mailbox\n",
            expected: """
                t.yaml:3:10: engines.queue: 'mailbox' is not a queue engine; use one of: process, database, nats, \
                rabbitmq, kafka
                """
        ),
        Golden(
            name: "repeated keys and more",
            text: "pando: 1\nrung: laptop\nrung: laptop\nnodes:\n  - role: al\n    role: web\n",
            expected: """
                t.yaml:3:1: rung: written a second time, first at line 2; keep one of them
                t.yaml:5:11: nodes[0].role: 'al' is not a role; did you mean 'all'? (known: web, worker, edge, nameserver, all)
                t.yaml:6:5: role: written a second time, first at line 5; keep one of them
                """
        ),
        Golden(
            name: "repeated key on one line",
            text: "pando: 1\nnodes: [{role: all, count: 1, role: all}]\n",
            expected: "t.yaml:2:31: role: written a second time, first at line 2; keep one of them"
        ),
        Golden(
            name: "no value",
            text: "pando: 1\nnodes:\n  - role:\n",
            expected:
                "t.yaml:3:5: nodes[0].role: no value; write one of: web, worker, edge, nameserver, all, or remove the key"
        ),
        Golden(
            name: "numbers",
            text:
                "pando: 1\nnodes:\n  - role: all\n    count: 0\n  - role: web\n    count: \"2\"\n  - role: web\n    count: many\n",
            expected: """
                t.yaml:4:12: nodes[0].count: 0 is out of range; write a whole number from 1 to 1000
                t.yaml:6:12: nodes[1].count: '2' is not a whole number; write a whole number from 1 to 1000, without quotes
                t.yaml:8:12: nodes[2].count: 'many' is not a whole number; write a whole number from 1 to 1000, without quotes
                """
        ),
        Golden(
            name: "addresses",
            text: """
                pando: 1
                nodes:
                  - {role: all, address: localhost}
                  - {role: all, address: "::1:80"}
                  - {role: all, address: "a b:80"}
                  - {role: all, address: "localhost:70000"}
                """,
            expected: """
                t.yaml:3:26: nodes[0].address: 'localhost' has no port; write an address such as 127.0.0.1:8080 or [::1]:8080
                t.yaml:4:26: nodes[1].address: '::1' needs brackets to be an IPv6 address: [::1]:80; write an address such as 127.0.0.1:8080 or [::1]:8080
                t.yaml:5:26: nodes[2].address: 'a b' is not a host name (letters, digits, '-' and '.'); write an address such as 127.0.0.1:8080 or [::1]:8080
                t.yaml:6:26: nodes[3].address: port 70000 is above 65535; write an address such as 127.0.0.1:8080 or [::1]:8080
                """
        ),
        Golden(
            name: "wrong shapes",
            text: "pando: 1\nnodes: all\nengines: [sqlite]\n",
            expected: """
                t.yaml:2:8: nodes: found the text 'all'; write a list of nodes, such as '- role: all'
                t.yaml:3:10: engines: found a list; write a mapping of: database, sessions, cache, queue, search
                """
        ),
        Golden(
            name: "missing role",
            text: "pando: 1\nnodes:\n  - count: 1\n",
            expected:
                "t.yaml:3:5: nodes[0].role: the role is missing; add 'role:' with one of: web, worker, edge, nameserver, all"
        ),
    ]

    static let combinations = [
        Golden(
            name: "two web processes, sessions in a process",
            text:
                "pando: 1\nnodes:\n  - {role: web, count: 2}\n  - {role: worker, address: 127.0.0.1:9000}\nengines:\n  sessions: process\n  cache: none\n",
            expected: """
                t.yaml:6:13: engines.sessions: 2 web processes with sessions in a process: users would be asked to log in again; \
                use 'sessions: database' or 'sessions: redis'
                """
        ),
        Golden(
            name: "two processes, a cache in each",
            text: "pando: 1\nnodes:\n  - {role: all, count: 2}\n",
            expected: """
                t.yaml:1:1: engines.cache: 2 processes with a cache in each: one would answer with what another has already \
                changed; use 'cache: redis' or 'cache: none'
                """
        ),
        Golden(
            name: "queue in a process",
            text: "pando: 1\nengines: {queue: process}\n",
            expected: """
                t.yaml:2:18: engines.queue: messages in a process are lost when it stops, after they were acknowledged; \
                use 'queue: database'
                """
        ),
        Golden(
            name: "nobody works",
            text: "pando: 1\nnodes:\n  - role: edge\n",
            expected: """
                t.yaml:3:3: nodes: no node answers requests; add a node with role web or all
                t.yaml:3:3: nodes: no node consumes messages, so they would wait for ever; add a node with role worker or all
                """
        ),
        Golden(
            name: "SQLite asked for what it cannot",
            text:
                "pando: 1\nengines:\n  database:\n    engine: sqlite\n    replicas: 1\n    shards: 4\n    address: db:5432\n",
            expected: """
                t.yaml:5:15: engines.database.replicas: SQLite has no replicas; use engine postgres, or remove the key
                t.yaml:6:13: engines.database.shards: SQLite is one file and has no shards; use engine postgres, or remove the key
                t.yaml:7:14: engines.database.address: SQLite is a file, not a server; use 'path', or engine postgres
                """
        ),
        Golden(
            name: "ports",
            text: "pando: 1\nnodes:\n  - {role: all, address: 0.0.0.0:8080, admin: 127.0.0.1:8080}\n",
            expected: """
                t.yaml:3:47: nodes[0].admin: port 8080 is taken by nodes[0].address (all) already; \
                choose another port (each copy takes the next one)
                """
        ),
        Golden(
            name: "search without its database",
            text: "pando: 1\nengines:\n  search: postgresql\n",
            expected:
                "t.yaml:3:11: engines.search: the database is SQLite, and this index is PostgreSQL's; use 'search: fts5'"
        ),
        Golden(
            name: "edge settings on a web node",
            text: "pando: 1\nnodes:\n  - {role: all, caches: true, virtualAddress: 192.0.2.1}\n",
            expected: """
                t.yaml:3:25: nodes[0].caches: a node with role all cannot have it; move it to a node with role edge
                t.yaml:3:47: nodes[0].virtualAddress: a node with role all cannot have it; move it to a node with role edge
                """
        ),
        Golden(
            name: "two members",
            text: "pando: 1\nengines:\n  sessions: {engine: redis, members: 2}\n",
            expected: """
                t.yaml:3:38: engines.sessions.members: two members have no majority once one is lost; use 1, or 3 and more
                """
        ),
    ]
}
