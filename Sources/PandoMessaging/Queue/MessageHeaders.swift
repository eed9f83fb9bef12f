#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// What travels with a message beside its payload, as the column of the outbox stores it.
///
/// Nothing is stored where there is nothing, which is the common case: only messages of traced requests have headers.
struct MessageHeaders: Sendable, Hashable {
    static let traceparent = "traceparent"
    static let tracestate = "tracestate"

    private(set) var values: [String: String]

    init(_ values: [String: String] = [:]) {
        self.values = values
    }

    subscript(name: String) -> String? {
        get { values[name] }
        set { values[name] = newValue }
    }

    /// The text that is stored: a JSON object of strings, or nil where there are no headers.
    var stored: String? {
        guard !values.isEmpty else { return nil }
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        // A dictionary of strings always encodes.
        guard let data = try? encoder.encode(values) else { return nil }
        return String(decoding: data, as: UTF8.self)
    }

    /// Reads what ``stored`` made. Damaged headers count as none, since a message is worth more than its trace.
    init(stored: String?) {
        guard let stored, let values = try? JSONDecoder().decode([String: String].self, from: Data(stored.utf8)) else {
            self.init()
            return
        }
        self.init(values)
    }
}
