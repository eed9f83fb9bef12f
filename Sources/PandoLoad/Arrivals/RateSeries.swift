/// A load given as one number for each second: how many arrivals that second has.
///
/// In a file the numbers stand one a line; empty lines and lines that start with `#` are skipped. Fractions are carried
/// over to the next second, so that the total is kept.
public struct RateSeries: Sendable, Equatable {
    /// The most seconds a series may have: about eleven days.
    public static let maxSeconds = 1_000_000

    /// The most arrivals of one second, which are held in memory.
    static let maxArrivalsPerSecond = 10_000_000.0
    /// What the report calls the series.
    public let name: String

    /// Arrivals in each second, each finite and at least 0.
    public let arrivalsBySecond: [Double]

    /// Makes a series of numbers.
    ///
    /// - Throws: `invalidInput` for a number that is negative, not finite or above ten million, and for an empty or too
    ///   long series.
    public init(name: String = "series", _ arrivalsBySecond: [Double]) throws(LoadError) {
        for (second, value) in arrivalsBySecond.enumerated() where !Self.accepts(value) {
            throw LoadError(.invalidInput, "\(name): second \(second) has \(value) arrivals; give 0 to 10000000")
        }
        try Self.checkLength(arrivalsBySecond.count, name)
        self.name = name
        self.arrivalsBySecond = arrivalsBySecond
    }

    /// Reads a series from a file. It blocks on the file.
    ///
    /// - Throws: `invalidInput` with file and line of the first line that is not a number.
    public init(path: String) throws(LoadError) {
        var values: [Double] = []
        try LineReader.forEachLine(of: path) { number, bytes throws(LoadError) in
            let line = String(decoding: bytes, as: UTF8.self).trimmed
            if line.isEmpty || line.hasPrefix("#") { return }
            guard let value = Double(line), Self.accepts(value) else {
                throw LoadError(
                    .invalidInput,
                    "\(path):\(number): \"\(line.prefix(40))\" is not a number of arrivals; write one number from 0 to"
                        + " 10000000 a line, the arrivals of one second"
                )
            }
            values.append(value)
            try Self.checkLength(values.count, "\(path):\(number)")
        }
        try Self.checkLength(values.count, path)
        name = path.lastPathComponent
        arrivalsBySecond = values
    }

    /// Whole arrivals for each second that has any.
    func counts(scale: Double) -> [(second: Int, count: Int)] {
        var carried = 0.0
        return arrivalsBySecond.enumerated().compactMap { second, value in
            carried += value * scale
            let count = Int(carried + 1e-9)
            carried -= Double(count)
            return count > 0 ? (second, count) : nil
        }
    }

    private static func accepts(_ value: Double) -> Bool {
        value.isFinite && value >= 0 && value <= maxArrivalsPerSecond
    }

    private static func checkLength(_ count: Int, _ place: String) throws(LoadError) {
        guard count > 0 else {
            throw LoadError(.invalidInput, "\(place): no numbers; write one number a line, the arrivals of one second")
        }
        guard count <= maxSeconds else {
            throw LoadError(.invalidInput, "\(place): more than \(maxSeconds) seconds; shorten the series")
        }
    }
}
