import Pando
import PandoDatabase

/// The days of a stay as the query of an address or a form carries them. Empty counts as absent.
struct StayParameters: Decodable, Sendable {
    var from: String?
    var to: String?

    /// The stay; nil where neither day is given.
    ///
    /// - Throws: `ValidationError` that names the parameter at fault.
    func stay() throws(ValidationError) -> Stay? {
        guard from?.nonEmpty != nil || to?.nonEmpty != nil else { return nil }
        let arrival = try Self.day(from, "from")
        let departure = try Self.day(to, "to")
        do {
            return try Stay(from: arrival, to: departure)
        } catch {
            throw ValidationError("to", error.description)
        }
    }

    /// A day of a parameter.
    static func day(_ text: String?, _ name: String) throws(ValidationError) -> LocalDate {
        guard let day = text.flatMap(LocalDate.init) else {
            throw ValidationError(name, "must be a day such as 2026-11-21")
        }
        return day
    }
}

extension String {
    /// The text, or nil where there is none.
    var nonEmpty: String? { isEmpty ? nil : self }
}
