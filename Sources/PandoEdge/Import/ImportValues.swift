/// Values of other proxies as a file of an edge has them.
enum ImportValues {
    /// What a route makes of a beginning of paths that ends within a segment.
    static func wholeSegments(_ path: String) -> String {
        "'\(path)/*' takes whole segments: '\(path)' and what is below, not '\(path)x'"
    }

    /// nginx: `60`, `60s`, `1m`, `1h30m`; without a unit in seconds.
    static func nginxTime(_ text: String) -> Duration? {
        duration(
            text,
            units: ["ms": 1, "s": 1_000, "m": 60_000, "h": 3_600_000, "d": 86_400_000, "w": 604_800_000],
            bare: 1_000
        )
    }

    /// HAProxy: `500`, `5s`, `1m`; without a unit in milliseconds.
    static func haproxyTime(_ text: String) -> Duration? {
        duration(text, units: ["us": 0, "ms": 1, "s": 1_000, "m": 60_000, "h": 3_600_000, "d": 86_400_000], bare: 1)
    }

    /// `8k`, `10m`, `1g`, or bytes.
    static func size(_ text: String) -> Int? {
        let shift = ["k": 10, "m": 20, "g": 30][text.suffix(1).lowercased()]
        guard let number = digits(shift == nil ? text[...] : text.dropLast()), number < 1 << 20 || shift == nil else {
            return nil
        }
        return number << (shift ?? 0)
    }

    static func digits(_ text: Substring) -> Int? {
        text.utf8.count <= 12 && text.utf8.allSatisfy { (0x30...0x39).contains($0) } ? Int(text) : nil
    }

    private static func duration(_ text: String, units: [String: Int], bare: Int) -> Duration? {
        var (rest, sum) = (text[...], 0)
        guard !rest.isEmpty else { return nil }
        while !rest.isEmpty {
            let number = rest.prefix { $0.isASCII && $0.isNumber }
            rest = rest.dropFirst(number.count)
            let unit = rest.prefix { $0.isASCII && $0.isLetter }
            rest = rest.dropFirst(unit.count)
            guard number.utf8.count <= 9, let count = Int(number) else { return nil }
            guard let scale = unit.isEmpty ? bare : units[String(unit)] else { return nil }
            sum += count * scale
        }
        return .milliseconds(sum)
    }

    /// A time in its range, as the file has it.
    static func time(_ time: Duration, _ range: ClosedRange<Duration>) -> YAMLDraft {
        .word(Units.text(min(max(time, range.lowerBound), range.upperBound)))
    }

    /// A host and its port, or a Unix socket, as the file has them; nil where there is something else.
    static func address(_ text: String, port: Int) -> String? {
        if text.hasPrefix("unix:") || text.hasPrefix("/") {
            let path = text.hasPrefix("unix:") ? String(text.dropFirst(5)) : text
            return path.isEmpty ? nil : "unix:\(path)"
        }
        guard !text.isEmpty, !text.contains("$"), !text.contains("/") else { return nil }
        let afterBracket = text.lastIndex(of: "]").map { text[$0...].contains(":") }
        return afterBracket ?? text.contains(":") ? text : "\(text):\(port)"
    }

    /// A name, or `*.` and a name, as hosts of routes are.
    static func isHost(_ text: String) -> Bool {
        let name = text.hasPrefix("*.") ? text.dropFirst(2) : text[...]
        return !name.isEmpty && !name.hasPrefix(".")
            && name.utf8.allSatisfy { byte in
                (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte | 0x20) || "-._".utf8.contains(byte)
            }
    }
}
