public import Logging
import Synchronization
import Tracing

/// Writes each log event as one line of JSON.
///
/// ```json
/// {"time":"2026-11-21T08:40:00.123456Z","level":"info","logger":"hotel","message":"migrated",
///  "trace_id":"4bf9…","span_id":"00f0…","request_id":"17","metadata":{"database.version":12}}
/// ```
///
/// The message is constant text; what varies is metadata. Trace and span come from the current span, recorded or not,
/// the request's id from the metadata `request.id` or Hummingbird's `hb.request.id`. A line is at most
/// ``maximumLineBytes`` long: what does not fit is cut or left out, and `"truncated":true` says so. Safe to use from
/// any number of threads; lines never mix.
public struct JSONLogHandler: LogHandler {
    /// The shortest bound on a line.
    public static let minimumLineBytes = 512

    /// See `LogHandler`.
    public var logLevel: Logger.Level
    /// See `LogHandler`.
    public var metadata: Logger.Metadata = [:]
    /// See `LogHandler`.
    public var metadataProvider: Logger.MetadataProvider?
    /// The bound on a line, its end included.
    public let maximumLineBytes: Int

    private let label: String
    private let sink: LogWriter
    private let clock: TelemetryClock

    /// A handler for one logger.
    ///
    /// - Parameters:
    ///   - label: The logger's label.
    ///   - level: The least severe level that is written.
    ///   - sink: Where lines go; share one among all handlers of a process.
    ///   - maximumLineBytes: The bound on a line; at least ``minimumLineBytes``.
    ///   - metadataProvider: Adds metadata of the moment.
    public init(
        label: String,
        level: Logger.Level = .info,
        sink: LogWriter,
        maximumLineBytes: Int = 16 * 1024,
        metadataProvider: Logger.MetadataProvider? = nil
    ) {
        self.init(
            label: label,
            level: level,
            sink: sink,
            maximumLineBytes: maximumLineBytes,
            metadataProvider: metadataProvider,
            clock: .system
        )
    }

    init(
        label: String,
        level: Logger.Level,
        sink: LogWriter,
        maximumLineBytes: Int,
        metadataProvider: Logger.MetadataProvider?,
        clock: TelemetryClock
    ) {
        precondition(maximumLineBytes >= Self.minimumLineBytes, "a line needs \(Self.minimumLineBytes) bytes")
        self.label = label
        self.sink = sink
        self.maximumLineBytes = maximumLineBytes
        self.metadataProvider = metadataProvider
        self.clock = clock
        logLevel = level
    }

    /// See `LogHandler`.
    public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    /// Writes one line. It does not wait for whoever reads the lines: see ``LogWriter``.
    public func log(event: LogEvent) {
        var metadata = metadata
        if let provided = metadataProvider?.get() { metadata.merge(provided) { $1 } }
        if let given = event.metadata { metadata.merge(given) { $1 } }

        var line = JSONLine(limit: maximumLineBytes)
        line.add("time", text: RFC3339.text(nanoseconds: clock.wall()))
        line.add("level", text: event.level.rawValue)
        line.add("logger", text: label)
        line.add("message", text: event.message.description)
        addIdentifiers(from: &metadata, to: &line)
        if let error = event.error { line.add("error", text: String(describing: error)) }
        if event.level >= .error { line.add("source", text: "\(event.file):\(event.line)") }
        if !metadata.isEmpty { line.add("metadata", .dictionary(metadata)) }
        sink.write(line.finish())
    }

    private func addIdentifiers(from metadata: inout Logger.Metadata, to line: inout JSONLine) {
        let span = ServiceContext.current?[TraceSpanKey.self] ?? TraceSpan.current
        if let trace = metadata.removeValue(forKey: "trace_id") {
            line.add("trace_id", trace)
            if let span = metadata.removeValue(forKey: "span_id") { line.add("span_id", span) }
        } else if let span {
            line.add("trace_id", text: span.traceID.description)
            line.add("span_id", text: span.spanID.description)
        }
        if let request = metadata.removeValue(forKey: "request.id") ?? metadata.removeValue(forKey: "hb.request.id") {
            line.add("request_id", request)
        }
    }
}
