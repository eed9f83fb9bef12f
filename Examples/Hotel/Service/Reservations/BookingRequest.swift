import Crypto
import Foundation
import Pando
import PandoDatabase

/// What a guest asks for: a room of a type for some nights.
struct BookingRequest: Codable, Hashable, Sendable {
    let hotelID: Identifier
    let roomTypeID: Identifier
    let from: LocalDate
    let to: LocalDate
    let guests: Int

    /// The nights, where there are any.
    ///
    /// - Throws: `ValidationError` that names the field.
    func stay() throws(ValidationError) -> Stay {
        // Somewhere it is still yesterday.
        guard from >= Instant.now.date - 1 else { throw ValidationError("/from", "must not be past") }
        do {
            return try Stay(from: from, to: to)
        } catch {
            throw ValidationError("/to", error.description)
        }
    }

    /// What tells this request from another one under the same idempotency key.
    var fingerprint: [UInt8] {
        Array(SHA256.hash(data: Data("\(hotelID) \(roomTypeID) \(from) \(to) \(guests)".utf8)))
    }
}
