/// The cookies of one user against one host: names and values (RFC 6265). Paths and domains do not matter there.
struct CookieJar {
    /// The most cookies kept; setting one more drops the oldest, as browsers do.
    static let capacity = 50

    private var cookies: [(name: String, value: String)] = []

    subscript(name: String) -> String? { cookies.first { $0.name == name }?.value }

    /// The value of the `Cookie` field; empty if there are no cookies.
    var field: String { cookies.map { "\($0.name)=\($0.value)" }.joined(separator: "; ") }

    /// Takes a `Set-Cookie` value; an age of zero or less removes the cookie, and so does a date in 1970.
    mutating func store(_ setCookie: String) {
        let parts = setCookie.split(separator: ";").map { String($0).trimmed }
        guard let pair = parts.first, let equals = pair.firstIndex(of: "="), equals > pair.startIndex else { return }
        let name = String(pair[..<equals]).trimmed
        cookies.removeAll { $0.name == name }
        let isGone = parts.dropFirst().contains { part in
            let attribute = part.lowercased()
            if attribute.hasPrefix("max-age="), let age = Int(attribute.dropFirst(8)) { return age <= 0 }
            return attribute.hasPrefix("expires=") && attribute.contains("1970")
        }
        if isGone { return }
        if cookies.count == Self.capacity { cookies.removeFirst() }
        cookies.append((name, String(pair[pair.index(after: equals)...]).trimmed))
    }
}
