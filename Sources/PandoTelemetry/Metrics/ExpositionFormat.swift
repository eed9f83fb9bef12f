/// The text formats in which a registry can be scraped.
public enum ExpositionFormat: Sendable, Hashable, CaseIterable {
    /// OpenMetrics 1.0, which ends in `# EOF` and names counters' families without `_total`.
    case openMetrics
    /// The Prometheus text format 0.0.4.
    case prometheus

    /// The value of the response's `Content-Type`.
    public var contentType: String {
        switch self {
        case .openMetrics: "application/openmetrics-text; version=1.0.0; charset=utf-8"
        case .prometheus: "text/plain; version=0.0.4; charset=utf-8"
        }
    }

    /// The format that a scraper asks for: OpenMetrics where its `Accept` names it, the older one otherwise.
    public static func negotiated(accept: String?) -> ExpositionFormat {
        guard let accept, accept.lowercased().contains("application/openmetrics-text") else { return .prometheus }
        return .openMetrics
    }
}
