/// PandoLoad exists to put a known load on a web service and to tell the truth about what came of it.
///
/// Latency counts from the moment at which a request was *meant* to start, so a server that stalls cannot slow its own
/// measurement down (no coordinated omission). A run is one value: describe it with ``LoadRun/Configuration``, call
/// ``LoadRun/run()``, read the ``LoadReport``.
///
/// ```swift
/// var configuration = LoadRun.Configuration(
///     target: try LoadTarget("http://127.0.0.1:8080"),
///     work: .scenarios([
///         LoadScenario(name: "look", weight: 9) { client in
///             try await client.get("/api/hotels/\(client.random(in: 1...500))", as: "hotel").requireSuccess()
///         },
///     ]),
///     arrivals: .poisson(ratePerSecond: 500)
/// )
/// configuration.duration = .seconds(30)
/// let report = try await LoadRun(configuration).run()
/// print(report.text)
/// ```
///
/// The module depends on no other module of Pando: it loads any HTTP/1.1 service.
enum PandoLoad {}
