import Pando
import PandoCache
import PandoDatabase
import PandoDomains
import PandoEvents
import PandoMessaging

/// Takes bookings, and gives rooms back.
///
/// The desk sells from an allotment: how many rooms of each type there are, and how many are taken for every night that has
/// any. Checking, counting, the reservation's event and the message to the other domains are one transaction, so no night is
/// ever oversold, whatever the other domains are doing, and nothing is held that somebody must remember to release. What the
/// rest of the service shows as free follows from the messages.
struct ReservationDesk: Sendable {
    let database: Database
    let events: EventStore
    let domains: DomainSystem

    /// Books a room, once for each key of a guest.
    ///
    /// - Throws: `ValidationError` where there is no such room or no such stay; `DatabaseError` with `idempotencyKeyReused`
    ///   where the key was used for another request.
    func book(_ request: BookingRequest, for guest: Account, key: String) async throws -> BookingOutcome {
        let stay = try request.stay()
        let offer = try await domains.call(InventoryInterface.self) { inventory in
            try await inventory.offer(of: request.roomTypeID, in: request.hotelID, for: stay)
        }
        guard let offer else {
            throw ValidationError("/roomTypeID", "the hotel sells no such room on these nights")
        }
        guard 1...offer.guests ~= request.guests else {
            throw ValidationError("/guests", "the room is for 1 to \(offer.guests)")
        }
        guard let attempt = IdempotencyKey(key, scope: "reservations of \(guest.id)") else {
            throw ValidationError("Idempotency-Key", "must be 1 to 255 characters")
        }
        let new = Reservation(confirming: offer, guests: request.guests, for: guest)
        let fingerprint = request.fingerprint
        // Encoded before the turn to write, which others wait for.
        let event = NewEvent(ReservationEvent.confirmed(ReservationEvent.Confirmation(new)))
        let message = try EncodedMessage(ReservationChanged(new, of: guest))
        do {
            let id = try await database.write(key: ShardKey(offer.hotelID)) { tx in
                tx.invalidate(tag: InventoryInterface.availabilityTag(of: offer.hotelID))
                return try await tx.once(attempt, fingerprint: fingerprint) {
                    try await Claims.take(offer, tx)
                    try await confirm(new, by: event, tx)
                    try await tx.publish(message, key: "\(new.id)")
                    return new.id
                }.result
            }
            return .confirmed(id == new.id ? new : try await find(id, of: guest) ?? new)
        } catch is Claims.SoldOut {
            return .soldOut
        }
    }

    /// Cancels a guest's reservation, until the day before arrival. Cancelling again changes nothing.
    func cancel(_ id: Identifier, of guest: Account, today: LocalDate = Instant.now.date) async throws
        -> CancellationOutcome
    {
        guard let known = try await find(id, of: guest) else { return .notFound }
        return try await database.write(key: ShardKey(known.hotelID)) { tx in
            let history = try await events.load(ReservationHistory.self, id, in: tx).aggregate
            guard history.cancelledAt == nil else { return .done }
            guard history.canCancel(on: today) else { return .tooLate }
            let cancelled = try await cancel(known, tx)
            tx.invalidate(tag: InventoryInterface.availabilityTag(of: known.hotelID))
            try await Claims.release(cancelled, tx)
            try await tx.publish(ReservationChanged(cancelled, of: guest), key: "\(id)")
            return .done
        }
    }

    /// A reservation, if it is the guest's.
    func find(_ id: Identifier, of guest: Account) async throws -> Reservation? {
        let found = try await database.read { tx in
            try await events.load(ReservationHistory.self, id, in: tx).aggregate.reservation(id)
        }
        return found?.accountID == guest.id ? found : nil
    }

    /// The guest's reservations, the newest first, at most `limit`.
    func reservations(of guest: Account, limit: Int = 100) async throws -> [Reservation] {
        try await database.read { tx in
            try await tx.rows(
                """
                SELECT id, account_id, hotel_id, room_type_id, arrival, departure, guests, total, total_currency, status,
                    confirmed_at FROM reservations WHERE account_id = \(guest.id) ORDER BY id DESC LIMIT \(limit)
                """
            ) { row in
                Reservation(
                    id: try row.get(0),
                    accountID: try row.get(1),
                    hotelID: try row.get(2),
                    roomTypeID: try row.get(3),
                    stay: try Stay(from: try row.get(4), to: try row.get(5)),
                    guests: try row.get(6),
                    total: Money(minorUnits: try row.get(7), currency: try row.get(8)),
                    status: try row.get(9),
                    confirmedAt: try row.get(10)
                )
            }
        }
    }

    /// Opens the allotments of the demo, where there are none.
    func seedOnce() async throws {
        try await database.write(limit: .seconds(60)) { tx in
            try await Claims.seedOnce(DemoData.make(firstNight: Instant.now.date), tx)
        }
    }

    private func confirm(
        _ new: Reservation,
        by event: NewEvent<ReservationEvent>,
        _ tx: Transaction
    ) async throws {
        try await events.append([event], to: StreamID(ReservationHistory.self, new.id), expecting: .none, in: tx)
        try await tx.enqueue(
            """
            INSERT INTO reservations (hotel_id, id, account_id, room_type_id, arrival, departure, guests, total,
                total_currency, status, confirmed_at)
            VALUES (\(new.hotelID), \(new.id), \(new.accountID), \(new.roomTypeID), \(new.stay.from), \(new.stay.to),
                \(new.guests), \(new.total.minorUnits), \(new.total.currency), \(new.status), \(new.confirmedAt))
            """
        )
    }

    private func cancel(_ known: Reservation, _ tx: Transaction) async throws -> Reservation {
        var cancelled = known
        cancelled.status = .cancelled
        try await events.update(ReservationHistory.self, known.id, in: tx) { _ in [.cancelled(at: .now)] }
        try await tx.enqueue(
            """
            UPDATE reservations SET status = \(cancelled.status) WHERE hotel_id = \(known.hotelID) AND id = \(known.id)
            """
        )
        return cancelled
    }
}

extension Reservation.Status: SQLConvertible {}
