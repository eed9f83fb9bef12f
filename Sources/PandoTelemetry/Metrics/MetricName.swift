/// The rules for names of metrics and labels: the data model that OpenMetrics 1.0 and Prometheus 0.0.4 share.
enum MetricName {
    /// Whether `name` is `[a-zA-Z_:][a-zA-Z0-9_:]*`.
    static func isValid(_ name: String) -> Bool {
        guard let first = name.utf8.first, isLetter(first) || first == UInt8(ascii: ":") else { return false }
        return name.utf8.allSatisfy { isLetter($0) || isDigit($0) || $0 == UInt8(ascii: ":") }
    }

    /// Whether `label` is `[a-zA-Z_][a-zA-Z0-9_]*` and outside the reserved `__` space.
    static func isValidLabel(_ label: String) -> Bool {
        guard let first = label.utf8.first, isLetter(first), !label.hasPrefix("__") else { return false }
        return label.utf8.allSatisfy { isLetter($0) || isDigit($0) }
    }

    /// `label` with every byte that a metric name may not hold replaced by an underscore: `http.server` → `http_server`.
    static func sanitized(_ label: String) -> String {
        let bytes = label.utf8.map { isLetter($0) || isDigit($0) ? $0 : UInt8(ascii: "_") }
        let name = String(decoding: bytes, as: UTF8.self)
        guard let first = bytes.first, !isDigit(first) else { return "_" + name }
        return name
    }

    /// A label name made from any text: like ``sanitized(_:)``, and without the reserved prefix.
    static func sanitizedLabel(_ label: String) -> String {
        let name = sanitized(label)
        return name.hasPrefix("__") ? "label" + name : name
    }

    /// The name of a counter's family: OpenMetrics leaves out the `_total` that its sample carries (section 5.1).
    static func counterFamily(_ name: String) -> String {
        name.hasSuffix("_total") ? String(name.dropLast("_total".count)) : name
    }

    /// The unit that a name ends in, for the `# UNIT` line, or nil.
    static func unit(of name: String) -> String? {
        ["seconds", "bytes", "ratio", "celsius"].first { name.hasSuffix("_" + $0) }
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        let lowered = byte | 0x20
        return (lowered >= UInt8(ascii: "a") && lowered <= UInt8(ascii: "z")) || byte == UInt8(ascii: "_")
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
    }
}
