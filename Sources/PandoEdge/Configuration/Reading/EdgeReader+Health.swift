import PandoTopology
import Yams

extension EdgeReader {
    /// `off`, `tcp`, a path, or a mapping.
    func readHealth(_ reader: MappingReader) -> EdgeConfiguration.HealthCheck? {
        guard reader.has("health"), !reader.isOff("health") else { return nil }
        var health = EdgeConfiguration.HealthCheck()
        if let text = reader.scalar("health") {
            readHealthPath(reader, "health", text, into: &health)
            return health
        }
        guard let section = reader.section("health", .health) else { return nil }
        if let text = section.string("path", expecting: "a path, or tcp", limit: 1_024) {
            readHealthPath(section, "path", text, into: &health)
        }
        section.set(&health.interval, "interval", .milliseconds(100) ... .seconds(3_600))
        section.set(&health.timeout, "timeout", .milliseconds(10) ... .seconds(300))
        section.set(&health.rise, "rise", 1...100)
        section.set(&health.fall, "fall", 1...100)
        if section.has("status") { health.status = readStatus(section) }
        health.host = section.string("host", expecting: "a host name", limit: 253)
        section.set(&health.port, "port", 1...65_535)
        health.endpoint = endpoint(section, "address", portAlone: false)
        section.set(&health.failClosed, "failClosed")
        return health
    }

    private func readHealthPath(
        _ reader: MappingReader,
        _ key: String,
        _ text: String,
        into health: inout EdgeConfiguration.HealthCheck
    ) {
        if text == "tcp" { return health.path = nil }
        let isTarget = text.hasPrefix("/") && text.utf8.allSatisfy { Characters.isIn($0, Characters.target) }
        if isTarget { return health.path = text }
        let node = reader.node(key, expecting: "a path")
        reader.report(key, node, "'\(text)' is not a path", "write a path such as /healthz, tcp, or off")
    }

    /// `200`, `200-299`, or a list of such.
    private func readStatus(_ reader: MappingReader) -> [ClosedRange<Int>] {
        let what = "a status such as 200 or 200-299"
        return (reader.items("status", expecting: what) ?? []).compactMap { item in
            let ends = (item.text ?? "").split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
            if ends.count <= 2, let first = ends.first ?? nil, let last = ends.last ?? nil, first <= last,
                first >= 100, last <= 599
            {
                return first...last
            }
            log.report(item.node.mark, item.path, "'\(item.text ?? "")' is not a status", "write \(what)")
            return nil
        }
    }

    /// `off`, or a mapping.
    func readOutliers(_ reader: MappingReader) -> EdgeConfiguration.Outliers? {
        if reader.isOff("outliers") { return nil }
        var outliers = EdgeConfiguration.Outliers()
        guard reader.has("outliers"), let section = reader.section("outliers", .outliers) else { return outliers }
        section.set(&outliers.failures, "failures", 1...1_000)
        section.set(&outliers.failurePercent, "failurePercent", 1...100)
        section.set(&outliers.latencyFactor, "latencyFactor", 2...100)
        section.set(&outliers.window, "window", .seconds(1) ... .seconds(600))
        section.set(&outliers.ejection, "ejection", .seconds(1) ... .seconds(3_600))
        section.set(&outliers.maximumEjectedPercent, "maximumEjectedPercent", 0...100)
        return outliers
    }
}
