import Pando
import PandoDatabase

/// A search as the query of an address carries it. An empty value counts as absent, since HTML forms send every field.
struct SearchParameters: Decodable, Sendable {
    var q: String?
    var city: String?
    var from: String?
    var to: String?
    var guests: String?
    var sort: String?
    var cursor: String?

    /// The days among them.
    var days: StayParameters { StayParameters(from: from, to: to) }

    /// The query that the parameters mean.
    ///
    /// - Throws: `ValidationError` that names the parameter at fault.
    func query() throws(ValidationError) -> HotelQuery {
        var query = HotelQuery()
        query.words = q?.trimmed ?? ""
        query.cityID = city?.nonEmpty
        query.cursor = cursor?.nonEmpty
        query.stay = try days.stay()
        if let text = guests?.nonEmpty {
            guard let guests = Int(text), 1...HotelQuery.mostGuests ~= guests else {
                throw ValidationError("guests", "must be a whole number from 1 to \(HotelQuery.mostGuests)")
            }
            query.guests = guests
        }
        if let text = sort?.nonEmpty {
            guard let sort = HotelQuery.Sort(rawValue: text) else {
                throw ValidationError(
                    "sort",
                    "must be one of \(HotelQuery.Sort.allCases.map(\.rawValue).joined(separator: ", "))"
                )
            }
            query.sort = sort
        }
        return query
    }
}
