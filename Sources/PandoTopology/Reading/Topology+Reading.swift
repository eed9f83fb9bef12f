import Foundation
import Yams

extension Topology {
    /// Reads and checks a topology file.
    ///
    /// - Parameters:
    ///   - path: the file; messages name it as it is given here.
    ///   - domains: the app's domains, where they are known: the file may name only these.
    /// - Throws: ``TopologyError`` with every issue of the file: what is wrong, where, and what to do. A file that
    ///   cannot be read is an issue too.
    public static func load(path: String, domains: [String]? = nil) throws(TopologyError) -> Topology {
        let data: Data
        do {
            let handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
            // One byte over the limit is enough to know that the file is too large.
            data = try handle.read(upToCount: SourceKind.topology.bytesLimit + 1) ?? Data()
            try handle.close()
        } catch {
            throw TopologyError([
                TopologyIssue(
                    .syntax,
                    file: path,
                    problem: "cannot be read (\(SystemWords.of(error)))",
                    remedy: "check the path and its permissions"
                )
            ])
        }
        return try decode(Array(data), file: path, domains: domains)
    }

    /// Reads and checks the bytes of a topology file; see ``load(path:domains:)``.
    public static func decode(_ bytes: [UInt8], file: String, domains: [String]? = nil) throws(TopologyError)
        -> Topology
    {
        let document = try SourceDocument(SourceText(bytes, file: file, kind: .topology), file: file)
        let log = ReadingLog(file: file, issues: document.issues)
        let topology = TopologyReader(log: log).read(document.root)
        // What was misread would only lead to follow-up complaints about the combination.
        let issues = log.issues.isEmpty ? topology.issues(domains: domains).map(log.placed) : log.issues
        guard issues.isEmpty else { throw TopologyError(issues.sorted { ($0.line, $0.column) < ($1.line, $1.column) }) }
        return topology
    }

    /// Where a key stands in a file that ``load(path:domains:)`` has read; nil where it does not.
    ///
    /// For messages about what only shows when it is used: such as that nothing answers at an address.
    package static func place(of keyPath: String, in path: String) -> (line: Int, column: Int)? {
        guard let data = FileManager.default.contents(atPath: path),
            let source = try? SourceText(Array(data), file: path, kind: .topology),
            let document = try? SourceDocument(source, file: path)
        else { return nil }
        let log = ReadingLog(file: path, issues: [])
        _ = TopologyReader(log: log).read(document.root)
        return log.marks[keyPath]
    }
}

/// Makes a topology of a YAML tree.
struct TopologyReader {
    let log: ReadingLog

    func read(_ root: Node.Mapping) -> Topology {
        log.note("", root.mark)
        let known = ["pando", "rung", "nodes", "engines"]
        let reader = MappingReader(root, path: "", known: known, hints: TopologyReader.misplacedEngines, log: log)
        readVersion(reader)
        var topology = Topology(readRung(reader) ?? .laptop)
        if let nodes = readNodes(reader) {
            topology.nodes = nodes
        }
        if let engines = mapping(reader, "engines", known: TopologyReader.engineKeys) {
            readDatabase(engines, into: &topology.engines.database)
            readEngine(engines, "sessions", into: &topology.engines.sessions)
            readEngine(engines, "queue", into: &topology.engines.queue)
            adoptServer(&topology.engines)
            readEngine(engines, "cache", into: &topology.engines.cache)
            readEngine(engines, "search", into: &topology.engines.search)
        }
        return topology
    }

    private func readVersion(_ reader: MappingReader) {
        let version = Topology.schemaVersion
        guard reader.has("pando") else {
            return log.report(
                nil,
                "pando",
                "the version of the file format is missing",
                "add 'pando: \(version)' as the first line"
            )
        }
        guard let found = reader.int("pando", in: 1...9_999), found != version else { return }
        reader.report(
            "pando",
            reader.node("pando", expecting: "\(version)"),
            "this version reads format \(version), not \(found)",
            found > version ? "use a newer Pando" : "write 'pando: \(version)' and check the file again"
        )
    }

    private func readRung(_ reader: MappingReader) -> Rung? {
        let known = Rung.allCases.map(\.name)
        guard let text = reader.string("rung", expecting: "a rung") else { return nil }
        if let rung = Rung(text) { return rung }
        let hint =
            Int(text) == nil ? Suggestion.hint(for: text, among: known) : "write a number from 1 to \(known.count)"
        reader.report("rung", reader.node("rung", expecting: "a rung"), "'\(text)' is not a rung", hint)
        return nil
    }

    /// What the other engines are on PostgreSQL where nothing else is asked for: the index beside the tables is the database's
    /// own, and no process keeps what another one may change.
    private func adoptServer(_ all: inout Engines) {
        guard all.database.engine == .postgresql else { return }
        if all.search.engine == .fts5 { all.search = Engine(.postgresql) }
        if all.cache.engine == .process { all.cache = Engine(.none) }
    }

    private func mapping(
        _ reader: MappingReader,
        _ key: String,
        known: [String],
        hints: [String: String] = [:]
    ) -> MappingReader? {
        guard let node = reader.node(key, expecting: "a mapping") else { return nil }
        guard let mapping = node.mapping else {
            reader.report(
                key,
                node,
                "found \(MappingReader.kind(of: node))",
                "write a mapping of: \(known.joined(separator: ", "))"
            )
            return nil
        }
        return MappingReader(mapping, path: reader.keyPath(key), known: known, hints: hints, log: log)
    }

    private func readDatabase(_ engines: MappingReader, into database: inout DatabaseEngine) {
        guard let node = engines.node("database", expecting: "an engine") else { return }
        if node.scalar != nil {
            if let kind: DatabaseEngine.Kind = engines.choice("database", "database engine") {
                if kind != database.engine { database = DatabaseEngine(kind) }
            }
            return
        }
        let known = ["engine", "path", "address", "replicas", "failover", "shards"]
        let hints = TopologyReader.databaseHints
        guard let reader = mapping(engines, "database", known: known, hints: hints) else { return }
        if let kind: DatabaseEngine.Kind = reader.choice("engine", "database engine"), kind != database.engine {
            database = DatabaseEngine(kind)
        }
        if let path = reader.string("path", expecting: "a file's path", limit: 1_024) { database.path = path }
        let form = "write host and port, such as db.internal:5432; \(TopologyReader.elsewhere)"
        if let address = reader.address("address", remedy: form) { database.address = address }
        if let replicas = reader.int("replicas", in: 0...DatabaseEngine.replicasLimit) { database.replicas = replicas }
        if let failover: DatabaseEngine.Failover = reader.choice("failover", "kind of failover") {
            database.failover = failover
        }
        if let shards = reader.int("shards", in: 1...DatabaseEngine.shardsLimit) { database.shards = shards }
    }

    private func readEngine<Kind>(_ engines: MappingReader, _ key: String, into engine: inout Engine<Kind>) {
        guard let node = engines.node(key, expecting: "an engine") else { return }
        let noun = "\(Kind.block) engine"
        if node.scalar != nil {
            if let kind: Kind = engines.choice(key, noun), kind != engine.engine { engine = Engine(kind) }
            return
        }
        guard let reader = mapping(engines, key, known: ["engine", "address", "members"]) else { return }
        if let kind: Kind = reader.choice("engine", noun), kind != engine.engine { engine = Engine(kind) }
        if let address = reader.address("address") { engine.address = address }
        if let members = reader.int("members", in: 1...Engine<Kind>.membersLimit) { engine.members = members }
    }
}
