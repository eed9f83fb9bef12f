import PandoTopology
import Yams

extension EdgeReader {
    private static let actions = ["upstream", "split", "redirect", "respond", "files"]

    /// The one action of a route.
    func readAction(_ reader: MappingReader, _ item: EdgeItem, _ defaults: RouteDefaults) -> EdgeConfiguration.Action? {
        let given = Self.actions.filter(reader.has)
        if given.count > 1 {
            let problem = "'\(given[0])' and '\(given[1])' in one route"
            log.report(item.node.mark, item.path, problem, "keep one action a route")
            return nil
        }
        switch given.first {
        case "split": return readSplit(reader).map { .split($0) }
        case "redirect": return readRedirect(reader).map { .redirect($0) }
        case "respond": return readRespond(reader).map { .respond($0) }
        case "files": return readFiles(reader).map { .files($0) }
        case "upstream":
            return reader.string("upstream", expecting: "the name of an upstream").map { .upstream($0) }
        default:
            if let name = defaults.upstream { return .upstream(name) }
            let actions = Self.actions.joined(separator: ", ")
            log.report(item.node.mark, item.path, "nothing says what happens", "add one of: \(actions)")
            return nil
        }
    }

    /// `{stable: 95, canary: 5}`, or with `parts` and `by`.
    private func readSplit(_ reader: MappingReader) -> EdgeConfiguration.Split? {
        let what = "shares of upstreams, such as {stable: 95, canary: 5}"
        guard let mapping = reader.node("split", expecting: what)?.mapping else {
            _ = reader.entries("split", expecting: what)
            return nil
        }
        let isLong = mapping.contains { $0.key.scalar?.string == "parts" && $0.value.scalar == nil }
        guard isLong else {
            return EdgeConfiguration.Split(parts: readParts(reader.entries("split", expecting: what)))
        }
        guard let section = reader.section("split", .split) else { return nil }
        var split = EdgeConfiguration.Split(parts: readParts(section.entries("parts", expecting: what)))
        if section.has("by") { split.by = readHashKey(section, "by") }
        return split
    }

    private func readParts(_ entries: [(name: String, item: EdgeItem)]) -> [EdgeConfiguration.Split.Part] {
        entries.compactMap { name, item in
            if let weight = Int(item.text ?? ""), (0...1_000_000).contains(weight) {
                return EdgeConfiguration.Split.Part(upstream: name, weight: weight)
            }
            let found = MappingReader.kind(of: item.node)
            log.report(item.node.mark, item.path, "found \(found)", "write a share, a number from 0 to 1000000")
            return nil
        }
    }

    private func readRedirect(_ reader: MappingReader) -> EdgeConfiguration.Redirect? {
        if let text = reader.scalar("redirect") { return redirect(to: text, reader, "redirect") }
        guard let section = reader.section("redirect", .redirect) else { return nil }
        if !section.has("to") { section.missing("to", "add 'to: https://example.com{path}'") }
        guard let text = section.string("to", expecting: "a URI or a path", limit: 2_048) else { return nil }
        var found = redirect(to: text, section, "to")
        if let status = section.int("status", in: 301...308) {
            if [301, 302, 303, 307, 308].contains(status) {
                found?.status = status
            } else {
                let node = section.node("status", expecting: "a status")
                section.report("status", node, "\(status) is no redirect", "write 301, 302, 303, 307 or 308")
            }
        }
        return found
    }

    private func redirect(to text: String, _ reader: MappingReader, _ key: String) -> EdgeConfiguration.Redirect? {
        let isTarget = text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }
        // Two slashes would send the client to a host of the path's choice.
        let isPath = text.hasPrefix("/") && !text.hasPrefix("//")
        let isURI = ["https://", "http://"].contains { text.hasPrefix($0) && text.utf8.count > $0.utf8.count }
        if isTarget, isPath || isURI || text == "{path}{query}" || text == "{path}" { return .init(to: text) }
        let node = reader.node(key, expecting: "a URI or a path")
        reader.report(
            key,
            node,
            "'\(text)' is neither a URI nor a path",
            "write https://example.com{path}{query} or /new"
        )
        return nil
    }

    private func readRespond(_ reader: MappingReader) -> EdgeConfiguration.FixedResponse? {
        if reader.scalar("respond") != nil {
            return reader.int("respond", in: 200...599).map { .init(status: $0) }
        }
        guard let section = reader.section("respond", .respond) else { return nil }
        if !section.has("status") { section.missing("status", "add 'status: 200'") }
        guard let status = section.int("status", in: 200...599) else { return nil }
        var response = EdgeConfiguration.FixedResponse(status: status)
        if let body = section.string("body", expecting: "a text", limit: 65_536) { response.body = body }
        if let type = section.string("contentType", expecting: "a media type") {
            if type.contains("/"), type.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) {
                response.contentType = type
            } else {
                let node = section.node("contentType", expecting: "a media type")
                section.report(
                    "contentType",
                    node,
                    "'\(type)' is not a media type",
                    "write one such as application/json"
                )
            }
        }
        return response
    }

    private func readFiles(_ reader: MappingReader) -> EdgeConfiguration.StaticFiles? {
        if reader.scalar("files") != nil {
            return readPath(reader, "files", expecting: "a folder").map { .init(folder: $0) }
        }
        guard let section = reader.section("files", .files) else { return nil }
        if !section.has("folder") { section.missing("folder", "name the folder") }
        guard let folder = readPath(section, "folder", expecting: "a folder") else { return nil }
        var files = EdgeConfiguration.StaticFiles(folder: folder)
        if let index = section.string("index", expecting: "the name of a file") { files.index = index }
        files.fallback = section.string("fallback", expecting: "the name of a file in the folder")
        section.set(&files.maxAge, "maxAge", .zero ... .seconds(365 * 86_400))
        return files
    }
}
