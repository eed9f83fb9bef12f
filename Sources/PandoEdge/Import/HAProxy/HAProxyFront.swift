/// A frontend, or the front half of a `listen`.
struct HAProxyFront {
    let section: HAProxySection
    let binds: [HAProxyBind]

    init(_ section: HAProxySection) {
        self.section = section
        binds = section.lines.filter { $0.words[0] == "bind" }.flatMap(HAProxyBind.binds)
    }

    /// The line that sends everybody without TLS to the same place with it.
    var redirectToHTTPS: HAProxyLine? {
        section.lines.first { line in
            let words = line.words.first == "http-request" ? Array(line.words.dropFirst()) : line.words
            guard words.starts(with: ["redirect", "scheme", "https"]) else { return false }
            return HAProxyConditions.isWithoutTLS(line) || !line.words.contains("if") && !line.words.contains("unless")
        }
    }

    /// Whether it shows HAProxy's own page, and nothing else.
    var isStatistics: Bool {
        let ways = ["server", "default_backend", "use_backend"]
        return section.lines.contains { $0.words[0] == "stats" }
            && !section.lines.contains { ways.contains($0.words[0]) }
    }

    /// Whether it does nothing else.
    var isRedirectToHTTPS: Bool { redirectToHTTPS != nil && binds.allSatisfy { !$0.isSecure } }
}

/// One address of a `bind`.
struct HAProxyBind {
    let line: HAProxyLine
    /// As a file of an edge has it.
    let address: String
    var isSecure: Bool { line.words.contains("ssl") }
    var isPublic: Bool { address == "80" || address == "443" }

    static func binds(_ line: HAProxyLine) -> [HAProxyBind] {
        guard line.words.count > 1 else { return [] }
        return line.words[1].split(separator: ",").map { part in
            var text = String(part)
            for family in ["ipv4@", "ipv6@", "unix@"] where text.hasPrefix(family) {
                text = (family == "unix@" ? "unix:" : "") + text.dropFirst(family.count)
            }
            for wildcard in ["*:", "0.0.0.0:", "[::]:", ":::", ":"] where text.hasPrefix(wildcard) {
                text = String(text.dropFirst(wildcard.count))
                break
            }
            return HAProxyBind(line: line, address: text.hasPrefix("/") ? "unix:\(text)" : text)
        }
    }
}
