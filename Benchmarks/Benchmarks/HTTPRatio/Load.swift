import Foundation
import PandoLoad

/// Saturating load over connections that are kept alive, from one core.
struct Load {
    private static let wrk = "/usr/bin/wrk"

    let connections: Int
    let core: Int
    /// Whether wrk is left alone even where it is installed.
    let isOwn: Bool

    /// Loads an endpoint and returns what a request cost its server.
    func measure(_ endpoint: Endpoint, _ server: Server, seconds: Int) async throws -> Sample {
        let before = try server.processorSeconds
        let began = ContinuousClock.now
        let usesWrk = !isOwn && FileManager.default.isExecutableFile(atPath: Self.wrk)
        let requests = try usesWrk ? wrk(endpoint, seconds) : try await ownLoad(endpoint, seconds)
        let spent = try server.processorSeconds - before
        let took = began.duration(to: .now) / .seconds(1)
        guard requests > 0, spent > 0 else { throw BenchmarkError("\(endpoint.url): nothing was measured") }
        return Sample(microseconds: spent * 1e6 / Double(requests), requestsPerSecond: Double(requests) / took)
    }

    private func wrk(_ endpoint: Endpoint, _ seconds: Int) throws -> Int {
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/taskset")
        let headers = endpoint.headers.flatMap { ["-H", "\($0.key): \($0.value)"] }
        process.arguments =
            ["-c", "\(core)", Self.wrk, "-t1", "-c\(connections)", "-d\(seconds)s"] + headers + [
                endpoint.url + endpoint.path
            ]
        process.standardOutput = output
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        guard process.terminationStatus == 0, !text.contains("Non-2xx"), !text.contains("Socket errors") else {
            throw BenchmarkError("\(endpoint.url)\(endpoint.path): not every answer was good:\n\(text)")
        }
        let words = text.split(whereSeparator: \.isWhitespace)
        guard let place = words.firstIndex(of: "requests"), place > 0, let count = Int(words[place - 1]) else {
            throw BenchmarkError("wrk's output is not as expected:\n\(text)")
        }
        return count
    }

    /// Load from this process, all threads of which are pinned first.
    private func ownLoad(_ endpoint: Endpoint, _ seconds: Int) async throws -> Int {
        let pinning = Process()
        pinning.executableURL = URL(fileURLWithPath: "/usr/bin/taskset")
        pinning.arguments = ["-a", "-p", "-c", "\(core)", "\(ProcessInfo.processInfo.processIdentifier)"]
        pinning.standardOutput = FileHandle.nullDevice
        try pinning.run()
        pinning.waitUntilExit()
        let headers = endpoint.headers.map { LoadHeader($0.key, $0.value) }
        var configuration = LoadRun.Configuration(
            target: try LoadTarget(endpoint.url),
            work: .requests([LoadRequest("GET", endpoint.path, headers: headers)]),
            arrivals: .closed(clients: connections)
        )
        configuration.duration = .seconds(seconds)
        let report = try await LoadRun(configuration).run()
        guard report.total.errors == 0 else {
            throw BenchmarkError("\(endpoint.url)\(endpoint.path): not every answer was good:\n\(report.text)")
        }
        return report.total.count
    }
}
