import PandoDatabase

/// The nights of one visit, from the day of arrival to the day of departure.
///
/// Always at least one night and at most ``longest``.
struct Stay: Hashable, Sendable {
    /// The day of arrival: the first night.
    let from: LocalDate
    /// The day of departure: the day after the last night.
    let to: LocalDate

    /// The most nights that one reservation may have.
    static let longest = 30

    /// A stay between two days.
    ///
    /// - Throws: ``StayError`` where the days are in the wrong order or too far apart.
    init(from: LocalDate, to: LocalDate) throws(StayError) {
        guard from < to else { throw .noNight }
        guard to - from <= Self.longest else { throw .tooLong }
        self.from = from
        self.to = to
    }

    /// The nights slept, in order: the day of departure is not one of them.
    var nights: Range<LocalDate> { from..<to }

    /// The number of nights.
    var count: Int { to - from }
}

/// Why two days make no stay.
enum StayError: Error, Equatable {
    /// The day of departure is not after the day of arrival.
    case noNight
    /// More than ``Stay/longest`` nights.
    case tooLong
}

extension Stay: Codable {
    private enum CodingKeys: CodingKey { case from, to }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let days = (
            from: try container.decode(LocalDate.self, forKey: .from),
            to: try container.decode(LocalDate.self, forKey: .to)
        )
        do {
            try self.init(from: days.from, to: days.to)
        } catch {
            throw DecodingError.dataCorruptedError(forKey: .to, in: container, debugDescription: error.description)
        }
    }
}

extension StayError: CustomStringConvertible {
    var description: String {
        switch self {
        case .noNight: "the day of departure must be after the day of arrival"
        case .tooLong: "a stay has at most \(Stay.longest) nights"
        }
    }
}
