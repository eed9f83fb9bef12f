/// Numbers as people read them; the same on every machine.
enum Figures {
    /// A number with at most three decimals and no trailing zeros: `3000`, `0.5`, `12.345`.
    static func number(_ value: Double) -> String {
        guard value.isFinite, abs(value) < 1e15 else { return "\(value)" }
        var text = fixed(value, 3)
        while text.last == "0" { text.removeLast() }
        if text.last == "." { text.removeLast() }
        return text
    }

    /// A number with exactly `digits` decimals, rounded half away from zero.
    static func fixed(_ value: Double, _ digits: Int) -> String {
        guard value.isFinite, abs(value) < 1e15 else { return "\(value)" }
        var scale = 1
        for _ in 0..<digits { scale *= 10 }
        let scaled = (abs(value) * Double(scale)).rounded()
        guard scaled < 9e18 else { return "\(value)" }
        let whole = Int(scaled) / scale
        let sign = value < 0 && scaled > 0 ? "-" : ""
        guard digits > 0 else { return "\(sign)\(whole)" }
        let fraction = String(Int(scaled) % scale)
        return "\(sign)\(whole)." + String(repeating: "0", count: digits - fraction.count) + fraction
    }

    /// A count with commas between thousands: `12,345`.
    static func count(_ value: Int) -> String {
        var text = ""
        let digits = String(abs(value))
        for (position, digit) in digits.enumerated() {
            if position > 0, (digits.count - position) % 3 == 0 { text.append(",") }
            text.append(digit)
        }
        return value < 0 ? "-" + text : text
    }

    /// A rate: three significant digits below a hundred, whole above.
    static func rate(_ value: Double) -> String {
        if value >= 100 { return count(Int(value.rounded())) }
        return fixed(value, value >= 10 ? 1 : 2)
    }

    /// A time given in microseconds, with the unit that fits: `812 µs`, `1.23 ms`, `12.3 ms`, `2.50 s`.
    static func time(microseconds value: Double) -> String {
        if value < 999.5 { return "\(fixed(value, 0)) µs" }
        if value < 999_500 { return "\(threeDigits(value / 1000)) ms" }
        return "\(threeDigits(value / 1_000_000)) s"
    }

    private static func threeDigits(_ value: Double) -> String {
        fixed(value, value < 9.995 ? 2 : value < 99.95 ? 1 : 0)
    }

    /// A share in percent with as many decimals as it needs to not read as zero: `0.02%`.
    static func percent(_ part: Int, of whole: Int) -> String {
        guard whole > 0 else { return "0%" }
        let value = 100 * Double(part) / Double(whole)
        if part > 0, value < 0.01 { return "<0.01%" }
        return "\(number(Double(fixed(value, 2)) ?? value))%"
    }
}
