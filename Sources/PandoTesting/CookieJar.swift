/// The cookies of one client and one site. Every path of the site gets all of them.
struct CookieJar {
    private var cookies: [String: String] = [:]

    /// The header field `Cookie`; nil without cookies.
    var header: String? {
        guard !cookies.isEmpty else { return nil }
        return cookies.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: "; ")
    }

    /// Takes a header field `Set-Cookie` (RFC 6265, section 5.2): `name=value; attribute; attribute=value`.
    ///
    /// A `Max-Age` of nothing or less takes the cookie away; other attributes say nothing to a client that lives for one test.
    mutating func take(_ field: String) {
        let parts = field.split(separator: ";", omittingEmptySubsequences: false).map(Self.trimmed)
        let pair = parts[0].split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard pair.count == 2, !pair[0].isEmpty else { return }
        let isRemoved = parts.dropFirst().contains { attribute in
            let words = attribute.split(separator: "=", maxSplits: 1).map(Self.trimmed)
            return words.count == 2 && words[0].lowercased() == "max-age" && (Int(words[1]) ?? 1) <= 0
        }
        cookies[String(Self.trimmed(pair[0]))] = isRemoved ? nil : String(Self.trimmed(pair[1]))
    }

    private static func trimmed(_ text: Substring) -> Substring {
        var text = text.drop { $0 == " " || $0 == "\t" }
        while text.last == " " || text.last == "\t" { text.removeLast() }
        return text
    }
}
