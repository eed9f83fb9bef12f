import PandoTopology
import Yams

extension EdgeReader {
    func readAuthentication(_ reader: MappingReader, into route: inout EdgeConfiguration.Route) {
        guard reader.has("authentication"), let section = reader.section("authentication", .authentication) else {
            return
        }
        if section.has("jwt") { route.jwt = readJWT(section) }
        if section.has("mutualTLS") { route.mutualTLS = readMutualTLS(section) }
    }

    private func readJWT(_ parent: MappingReader) -> EdgeConfiguration.JWT? {
        guard let reader = parent.section("jwt", .jwt) else { return nil }
        if !reader.has("keys") { reader.missing("keys", "name the JWKS, a file or an https URL") }
        guard let keys = reader.string("keys", expecting: "a file or an https URL", limit: 2_048) else { return nil }
        if keys.hasPrefix("http://") {
            let problem = "keys that come over http could be anybody's"
            reader.report("keys", reader.node("keys", expecting: "a URL"), problem, "write an https URL, or a file")
            return nil
        }
        var jwt = EdgeConfiguration.JWT(keys: keys.hasPrefix("https://") ? .url(keys) : .file(resolved(keys)))
        jwt.issuer = reader.string("issuer", expecting: "the issuer", limit: 2_048)
        jwt.audience = reader.texts("audience", expecting: "an audience") ?? []
        for (claim, item) in reader.entries("require", expecting: "a mapping of claims to values") {
            jwt.require[claim] = claimValues(item)
        }
        for (claim, item) in reader.entries("forward", expecting: "a mapping of claims to names of fields") {
            if let field = fieldName(item.text ?? "", item) { jwt.forward[claim] = field }
        }
        reader.set(&jwt.leeway, "leeway", .zero ... .seconds(600))
        reader.set(&jwt.refresh, "refresh", .seconds(60) ... .seconds(86_400))
        reader.set(&jwt.optional, "optional")
        return jwt
    }

    /// A text, a list of texts, or `any`.
    private func claimValues(_ item: EdgeItem) -> [String] {
        if let text = item.text { return text == "any" ? [] : [text] }
        guard let values = item.node.sequence?.map({ $0.scalar?.string }), !values.isEmpty, !values.contains(nil) else {
            let found = MappingReader.kind(of: item.node)
            log.report(item.node.mark, item.path, "found \(found)", "write a value, a list of values, or any")
            return []
        }
        return values.compactMap(\.self)
    }

    private func readMutualTLS(_ parent: MappingReader) -> EdgeConfiguration.MutualTLS? {
        if parent.isOff("mutualTLS") { return nil }
        var found = EdgeConfiguration.MutualTLS()
        if parent.isOn("mutualTLS") { return found }
        guard let reader = parent.section("mutualTLS", .mutualTLS) else { return nil }
        found.names = reader.texts("names", expecting: "a name of a certificate", limit: 253) ?? []
        if let node = reader.node("forward", expecting: "the name of a field") {
            let item = EdgeItem(node: node, path: reader.keyPath("forward"))
            found.forward = fieldName(item.text ?? "", item)
        }
        return found
    }

    /// Origins, or a mapping.
    func readCORS(_ parent: MappingReader) -> EdgeConfiguration.CORS? {
        guard parent.has("cors"), !parent.isOff("cors") else { return nil }
        var cors = EdgeConfiguration.CORS()
        guard parent.node("cors", expecting: "origins")?.mapping != nil, let reader = parent.section("cors", .cors)
        else {
            cors.origins = readOrigins(parent, "cors")
            return cors
        }
        if !reader.has("origins") { reader.missing("origins", "add 'origins: [\"https://app.example.com\"]'") }
        cors.origins = readOrigins(reader, "origins")
        if reader.has("methods") { cors.methods = readMethods(reader, "methods") }
        cors.headers = readFieldNames(reader, "headers")
        cors.expose = readFieldNames(reader, "expose")
        reader.set(&cors.credentials, "credentials")
        reader.set(&cors.maxAge, "maxAge", .zero ... .seconds(86_400))
        return cors
    }

    /// `scheme://host[:port]`, without a path (RFC 6454 §7), or `*`.
    private func readOrigins(_ reader: MappingReader, _ key: String) -> [String] {
        let what = "an origin such as https://app.example.com, or \"*\""
        return (reader.items(key, expecting: what) ?? []).compactMap { item in
            let text = item.text ?? ""
            let isOrigin = Self.isOrigin(text)
            if text == "*" || isOrigin, text == text.lowercased() { return text }
            log.report(item.node.mark, item.path, "'\(text)' is not an origin", "write \(what), in lower case")
            return nil
        }
    }

    private static func isOrigin(_ text: String) -> Bool {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 3, ["http:", "https:"].contains(parts[0]), parts[1].isEmpty else { return false }
        var host = parts[2]
        if let colon = host.lastIndex(of: ":"), host.last != "]" {
            guard let port = UInt16(host[host.index(after: colon)...]), port > 0 else { return false }
            host = host[..<colon]
        }
        if host.hasPrefix("["), host.hasSuffix("]") { return !host.dropFirst().dropLast().isEmpty }
        return !host.isEmpty && host.utf8.allSatisfy { Characters.isIn($0, Characters.host) }
    }

    /// A file, or a mapping.
    func readOpenAPI(_ parent: MappingReader) -> EdgeConfiguration.OpenAPI? {
        guard parent.has("openAPI") else { return nil }
        let what = "the path of an OpenAPI file"
        if parent.scalar("openAPI") != nil {
            return readPath(parent, "openAPI", expecting: what).map { .init(file: $0) }
        }
        guard let reader = parent.section("openAPI", .openAPI) else { return nil }
        if !reader.has("file") { reader.missing("file", "name the OpenAPI file") }
        guard let file = readPath(reader, "file", expecting: what) else { return nil }
        var found = EdgeConfiguration.OpenAPI(file: file)
        reader.set(&found.allowUnknown, "allowUnknown")
        reader.setBytes(&found.bodyBytes, "bodyBytes", 1_024...(64 << 20))
        return found
    }
}
