import PandoTopology
import Yams

extension EdgeReader {
    func readUpstreamLimits(_ reader: MappingReader, into limits: inout EdgeConfiguration.UpstreamLimits) {
        guard let section = reader.section("limits", .upstreamLimits) else { return }
        section.set(&limits.connections, "connections", 1...1_000_000)
        section.set(&limits.requests, "requests", 1...1_000_000)
        section.set(&limits.pending, "pending", 0...1_000_000)
        section.set(&limits.pendingTimeout, "pendingTimeout", .milliseconds(1) ... .seconds(300))
    }

    func readTimeouts(_ reader: MappingReader) -> EdgeConfiguration.Timeouts? {
        guard let section = reader.section("timeouts", .timeouts) else { return nil }
        var timeouts = EdgeConfiguration.Timeouts()
        section.set(&timeouts.connect, "connect", .milliseconds(1) ... .seconds(300))
        section.set(&timeouts.perTry, "perTry", .milliseconds(1) ... .seconds(86_400))
        section.set(&timeouts.total, "total", .milliseconds(1) ... .seconds(7 * 86_400))
        section.set(&timeouts.idle, "idle", .milliseconds(100) ... .seconds(7 * 86_400))
        return timeouts
    }

    /// `off`, a number of attempts, or a mapping.
    func readRetries(_ reader: MappingReader) -> EdgeConfiguration.Retries? {
        guard reader.has("retries") else { return nil }
        var retries = EdgeConfiguration.Retries()
        if reader.isOff("retries") {
            retries.attempts = 0
            return retries
        }
        if reader.scalar("retries") != nil {
            reader.set(&retries.attempts, "retries", 0...5)
            return retries
        }
        guard let section = reader.section("retries", .retries) else { return nil }
        section.set(&retries.attempts, "attempts", 0...5)
        section.set(&retries.budgetPercent, "budgetPercent", 0...100)
        section.set(&retries.nonIdempotent, "nonIdempotent")
        let known = EdgeConfiguration.Retries.Reason.allCases.map(\.rawValue).joined(separator: ", ")
        if let items = section.items("on", expecting: "some of: \(known)") {
            let reasons = items.compactMap { item -> EdgeConfiguration.Retries.Reason? in
                section.choice(item.text ?? "", at: item.node, item.path, "reason to try again")
            }
            retries.on = Set(reasons)
        }
        return retries
    }

    /// `off`, a time, or a mapping.
    func readHedge(_ reader: MappingReader) -> EdgeConfiguration.Hedge? {
        guard reader.has("hedge"), !reader.isOff("hedge") else { return nil }
        let range: ClosedRange<Duration> = .milliseconds(1) ... .seconds(60)
        if reader.scalar("hedge") != nil {
            return reader.duration("hedge", range).map { EdgeConfiguration.Hedge(after: $0) }
        }
        guard let section = reader.section("hedge", .hedge) else { return nil }
        if !section.has("after") { section.missing("after", "add 'after: 100ms'") }
        guard let after = section.duration("after", range) else { return nil }
        var hedge = EdgeConfiguration.Hedge(after: after)
        section.set(&hedge.budgetPercent, "budgetPercent", 1...100)
        return hedge
    }

    /// `off`, a number of connections, or a mapping.
    func readKeepAlive(_ reader: MappingReader, into keepAlive: inout EdgeConfiguration.KeepAlive) {
        guard reader.has("keepAlive") else { return }
        if reader.isOff("keepAlive") { return keepAlive.connections = 0 }
        if reader.scalar("keepAlive") != nil { return reader.set(&keepAlive.connections, "keepAlive", 0...10_000) }
        guard let section = reader.section("keepAlive", .keepAlive) else { return }
        section.set(&keepAlive.connections, "connections", 0...10_000)
        section.set(&keepAlive.idle, "idle", .milliseconds(100) ... .seconds(3_600))
    }

    /// `on`, `off`, or a mapping.
    func readUpstreamTLS(_ reader: MappingReader) -> EdgeConfiguration.UpstreamTLS? {
        guard reader.has("tls"), !reader.isOff("tls") else { return nil }
        var tls = EdgeConfiguration.UpstreamTLS()
        if reader.isOn("tls") { return tls }
        guard let section = reader.section("tls", .upstreamTLS) else { return nil }
        section.set(&tls.verify, "verify")
        tls.authorities = readPath(section, "authorities", expecting: "the path of a PEM file")
        tls.name = section.string("name", expecting: "a host name", limit: 253)
        if section.has("certificate") || section.has("key") { tls.certificate = readCertificate(section) }
        return tls
    }
}
