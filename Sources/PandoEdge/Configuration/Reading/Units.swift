/// Durations and sizes as a file has them: `250ms`, `64KiB`.
package enum Units {
    private static let times: [(unit: String, nanoseconds: Int)] = [
        ("ms", 1_000_000), ("s", 1_000_000_000), ("m", 60_000_000_000), ("h", 3_600_000_000_000),
        ("d", 86_400_000_000_000),
    ]
    private static let sizes: [(unit: String, bytes: Int)] = [
        ("KiB", 1 << 10), ("MiB", 1 << 20), ("GiB", 1 << 30), ("TiB", 1 << 40),
        ("kB", 1_000), ("KB", 1_000), ("MB", 1_000_000), ("GB", 1_000_000_000), ("TB", 1_000_000_000_000),
    ]

    /// `250ms`, `30s`, `5m`, `1h`, `7d`, `1.5s`, `0`; nil for anything else, and for more than 100 years.
    package static func duration(_ text: String) -> Duration? {
        if text == "0" { return .zero }
        guard let (number, unit) = split(text), let scale = times.first(where: { $0.unit == unit })?.nanoseconds else {
            return nil
        }
        let nanoseconds = number * Double(scale)
        guard nanoseconds <= 100 * 365 * 86_400e9 else { return nil }
        return .nanoseconds(Int64(nanoseconds.rounded()))
    }

    /// `4096`, `64KiB`, `10MB`; nil for anything else, and for 2^60 bytes and more.
    package static func bytes(_ text: String) -> Int? {
        let number: Double
        var scale = 1
        if text.utf8.allSatisfy(isDigit), let whole = Int(text) {
            number = Double(whole)
        } else {
            guard let (found, unit) = split(text), let known = sizes.first(where: { $0.unit == unit }) else {
                return nil
            }
            (number, scale) = (found, known.bytes)
        }
        let bytes = number * Double(scale)
        return bytes < 0x1p60 ? Int(bytes.rounded()) : nil
    }

    /// As ``duration(_:)`` reads it, in the largest unit that needs no fraction.
    package static func text(_ duration: Duration) -> String {
        let (seconds, attoseconds) = duration.components
        let nanoseconds = Int(seconds) * 1_000_000_000 + Int(attoseconds / 1_000_000_000)
        if nanoseconds == 0 { return "0" }
        let fitting = times.last { nanoseconds % $0.nanoseconds == 0 }
        guard let fitting else { return "\(Double(nanoseconds) / 1e6)ms" }
        return "\(nanoseconds / fitting.nanoseconds)\(fitting.unit)"
    }

    /// As ``bytes(_:)`` reads it.
    package static func text(bytes: Int) -> String {
        let fitting = sizes.prefix(4).last { bytes % $0.bytes == 0 && bytes > 0 }
        return fitting.map { "\(bytes / $0.bytes)\($0.unit)" } ?? "\(bytes)"
    }

    /// Digits, with a fraction or not, and what follows.
    private static func split(_ text: String) -> (Double, String)? {
        let digits = text.prefix { $0 == "." || ($0.utf8.count == 1 && isDigit($0.utf8.first ?? 0)) }
        guard let first = digits.utf8.first, isDigit(first), digits.last != ".", digits.utf8.count <= 15 else {
            return nil
        }
        guard let number = Double(digits) else { return nil }
        return (number, String(text[digits.endIndex...]))
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
}
