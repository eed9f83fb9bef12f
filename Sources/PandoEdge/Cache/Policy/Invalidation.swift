/// What an unsafe request makes invalid (RFC 9111 §4.4).
package enum Invalidation {
    /// The URIs that are invalid after a response: none where the method is safe or the response is an error.
    ///
    /// Those of Location and Content-Location count only where they are of the same origin, or one site could empty the cache of
    /// another.
    package static func keys(
        request: Head,
        response: Head,
        isTLS: Bool,
        query: QueryRule = .all,
        hasher: SipHash
    ) -> [CacheKey] {
        guard !request.method.isSafe, request.method != .connect, (200...399).contains(response.status) else {
            return []
        }
        var found = [[UInt8]()]
        CacheKey.write(
            isTLS: isTLS,
            authority: request.bytes(request.authority),
            target: request.bytes(request.target),
            to: &found[0]
        )
        for field in response.fields where field.id == .location || field.id == .contentLocation {
            guard let uri = resolve(response.bytes(field.value), base: found[0]), !found.contains(uri) else { continue }
            found.append(uri)
        }
        return found.map { uri in
            var bytes: [UInt8] = []
            uri.withUnsafeBufferPointer { query.append($0, to: &bytes) }
            return CacheKey(hash: hasher.hash(bytes), bytes: bytes)
        }
    }

    /// A reference resolved against a URI (RFC 3986 §5.2), as key; nil where it is of another origin.
    static func resolve(_ reference: UnsafeBufferPointer<UInt8>, base: [UInt8]) -> [UInt8]? {
        let base = String(decoding: base, as: UTF8.self)
        var text = String(decoding: reference, as: UTF8.self)
        if let fragment = text.firstIndex(of: "#") { text = String(text[..<fragment]) }
        guard let slashes = base.firstRange(of: "://"),
            let pathStart = base[slashes.upperBound...].firstIndex(of: "/")
        else { return nil }
        let origin = String(base[..<pathStart])
        let path = String(base[pathStart...])
        let scheme = String(base[..<slashes.lowerBound])
        if text.hasPrefix("//") { text = scheme + ":" + text }
        if let colon = text.firstRange(of: "://"), text[..<colon.lowerBound].allSatisfy(\.isLetter) {
            return absolute(text, colon, origin: origin)
        }
        if let colon = text.firstIndex(of: ":"), !text[..<colon].contains(where: { "/?".contains($0) }) { return nil }
        return Array((origin + relative(text, to: path)).utf8)
    }

    private static func absolute(_ text: String, _ colon: Range<String.Index>, origin: String) -> [UInt8]? {
        let scheme = text[..<colon.lowerBound].lowercased()
        guard scheme == "http" || scheme == "https" else { return nil }
        let end = text[colon.upperBound...].firstIndex { "/?".contains($0) } ?? text.endIndex
        let authority = Array(text[colon.upperBound..<end].utf8)
        let target = Array(text[end...].utf8)
        var uri: [UInt8] = []
        authority.withUnsafeBufferPointer { authority in
            target.withUnsafeBufferPointer { target in
                CacheKey.write(isTLS: scheme == "https", authority: authority, target: target, to: &uri)
            }
        }
        return uri.starts(with: Array((origin + "/").utf8)) ? uri : nil
    }

    private static func relative(_ text: String, to path: String) -> String {
        let query = path.firstIndex(of: "?")
        let bare = String(path[..<(query ?? path.endIndex)])
        if text.isEmpty { return path }
        if text.hasPrefix("?") { return bare + text }
        let split = text.firstIndex(of: "?") ?? text.endIndex
        let own = String(text[..<split])
        if own.hasPrefix("/") { return removeDots(own) + text[split...] }
        let folder = bare[...(bare.lastIndex(of: "/") ?? bare.startIndex)]
        return removeDots(folder + own) + text[split...]
    }

    /// RFC 3986 §5.2.4.
    private static func removeDots(_ path: some StringProtocol) -> String {
        var kept: [Substring] = []
        let parts = String(path).split(separator: "/", omittingEmptySubsequences: false).dropFirst()
        for (index, part) in parts.enumerated() {
            let isLast = index == parts.count - 1
            switch part {
            case ".": if isLast { kept.append("") }
            case "..":
                _ = kept.popLast()
                if isLast { kept.append("") }
            default: kept.append(part)
            }
        }
        return "/" + kept.joined(separator: "/")
    }
}
