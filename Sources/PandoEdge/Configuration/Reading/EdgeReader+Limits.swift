import PandoTopology
import Yams

extension EdgeReader {
    func readRouteLimits(_ reader: MappingReader) -> EdgeConfiguration.RouteLimits? {
        guard let section = reader.section("limits", .routeLimits) else { return nil }
        var limits = EdgeConfiguration.RouteLimits()
        let what = "a rate such as 100/s, or a list of them"
        limits.rate = (section.items("rate", expecting: what, limit: 16) ?? []).compactMap(readRate)
        limits.concurrency = readConcurrency(section)
        section.setBytes(&limits.bodyBytes, "bodyBytes", 0...(1 << 50))
        section.set(&limits.priority, "priority", "priority")
        return limits
    }

    private func readRate(_ item: EdgeItem) -> EdgeConfiguration.RateLimit? {
        guard item.node.mapping != nil else { return rate(item) }
        guard let reader = MappingReader.section(item, .rate, log: log) else { return nil }
        guard let node = reader.node("rate", expecting: "a rate such as 100/s") else {
            if !reader.has("rate") { reader.missing("rate", "add 'rate: 100/s'") }
            return nil
        }
        guard var limit = rate(EdgeItem(node: node, path: reader.keyPath("rate"))) else { return nil }
        reader.set(&limit.burst, "burst", 1...10_000_000)
        if let key = readRateKey(reader) { limit.by = key }
        reader.set(&limit.method, "method", "way to count")
        reader.set(&limit.keys, "keys", 100...10_000_000)
        return limit
    }

    /// `100/s`, `1000/m`, `20/10s`.
    private func rate(_ item: EdgeItem) -> EdgeConfiguration.RateLimit? {
        let parts = (item.text ?? "").split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        if parts.count == 2, let requests = Int(parts[0]), (1...10_000_000).contains(requests) {
            let unit = parts[1].first?.isNumber == true ? parts[1] : "1" + parts[1]
            if let per = Units.duration(unit), per >= .seconds(1), per <= .seconds(86_400) {
                return EdgeConfiguration.RateLimit(requests: requests, per: per)
            }
        }
        let found = item.text.map { "'\($0)' is not a rate" } ?? "found \(MappingReader.kind(of: item.node))"
        log.report(item.node.mark, item.path, found, "write requests/time such as 100/s, 1000/m or 20/10s")
        return nil
    }

    private func readRateKey(_ reader: MappingReader) -> EdgeConfiguration.RateLimit.Key? {
        let what = "client, route, subject or \"header NAME\""
        guard let text = reader.string("by", expecting: what) else { return nil }
        let words = text.split(separator: " ").map(String.init)
        switch (words.first, words.count) {
        case ("client", 1): return .client
        case ("route", 1): return .route
        case ("subject", 1): return .subject
        case ("header", 2) where Self.isToken(words[1]): return .header(words[1].lowercased())
        default:
            reader.report("by", reader.node("by", expecting: what), "'\(text)' is nothing to count by", "write \(what)")
            return nil
        }
    }

    /// `adaptive`, a number, or a mapping.
    private func readConcurrency(_ reader: MappingReader) -> EdgeConfiguration.Concurrency? {
        guard reader.has("concurrency"), !reader.isOff("concurrency") else { return nil }
        var found = EdgeConfiguration.Concurrency()
        if let word = reader.scalar("concurrency") {
            if word == "adaptive" { return found }
            guard let number = reader.int("concurrency", in: 1...1_000_000) else { return nil }
            found.bound = .fixed(number)
            return found
        }
        guard let section = reader.section("concurrency", .concurrency) else { return nil }
        let bounds = 1...1_000_000
        if let number = section.int("fixed", in: bounds) { found.bound = .fixed(number) }
        if section.has("minimum") || section.has("maximum") {
            let minimum = section.int("minimum", in: bounds) ?? 10
            let maximum = section.int("maximum", in: bounds) ?? 1_000
            if section.has("fixed") {
                let node = section.node("fixed", expecting: "a number")
                section.report("fixed", node, "a fixed number beside bounds of an adaptive one", "keep one of them")
            } else if minimum > maximum {
                let node = section.node("minimum", expecting: "a number")
                section.report("minimum", node, "\(minimum) is above the maximum, \(maximum)", "exchange them")
            } else {
                found.bound = .adaptive(minimum...maximum)
            }
        }
        section.set(&found.queue, "queue", 0...100_000)
        section.set(&found.queueTimeout, "queueTimeout", .milliseconds(1) ... .seconds(60))
        return found
    }
}
