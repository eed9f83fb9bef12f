import ArgumentParser

/// A time span as a person types it: `500ms`, `30s`, `2m`, `1h`, `7d`, or seconds without a unit.
struct DurationArgument: ExpressibleByArgument, Sendable, Hashable {
    let duration: Duration

    init(_ duration: Duration) { self.duration = duration }

    init?(argument: String) {
        let number = argument.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
        guard let value = Double(number), value.isFinite else { return nil }
        let unit: Double
        switch argument.dropFirst(number.count) {
        case "ms": unit = 0.001
        case "", "s": unit = 1
        case "m", "min": unit = 60
        case "h": unit = 3_600
        case "d": unit = 86_400
        default: return nil
        }
        let seconds = value * unit
        guard seconds <= 366 * 86_400 else { return nil }
        duration = .milliseconds(Int64((seconds * 1_000).rounded()))
    }

    /// The shortest form that reads back to the same value.
    var defaultValueDescription: String {
        let milliseconds = Int(duration / .milliseconds(1))
        return milliseconds % 1_000 == 0 ? "\(milliseconds / 1_000)s" : "\(milliseconds)ms"
    }
}
