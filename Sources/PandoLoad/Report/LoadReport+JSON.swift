import Foundation

extension LoadReport {
    /// The report as JSON with sorted, stable keys; times are in microseconds, as the keys say. ``init(json:)`` reads it back.
    public var json: String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: "inf",
            negativeInfinity: "-inf",
            nan: "nan"
        )
        guard let data = try? encoder.encode(self) else {
            preconditionFailure("a report has only numbers, strings and containers of them")
        }
        return String(decoding: data, as: UTF8.self)
    }

    /// Reads a report back, for example to compare two runs.
    ///
    /// - Throws: `invalidInput` if the text is not a report of a version that this program knows.
    public init(json: String) throws(LoadError) {
        do {
            self = try JSONDecoder().decode(LoadReport.self, from: Data(json.utf8))
        } catch {
            throw LoadError(.invalidInput, "not a load report of version \(Self.currentVersion)", underlying: error)
        }
        guard version == Self.currentVersion else {
            throw LoadError(
                .invalidInput,
                "a load report of version \(version); this program reads \(Self.currentVersion)"
            )
        }
    }
}
