import PandoDatabase

extension EventStore {
    private struct Earlier {
        let stream: StreamID
        let version: Int
        let position: Int
        let payload: String
    }

    /// What an earlier append of the same events returned; `nil` if none of them is there.
    func earlierResult<E: DomainEvent>(
        of events: [NewEvent<E>],
        in stream: StreamID,
        _ tx: Transaction
    ) async throws -> AppendResult? {
        guard let first = events.first, let last = events.last else { return nil }
        guard Set(events.map(\.id)).count == events.count else {
            throw EventsError(.invalidAppend, "one append to \(stream) uses the same event id twice")
        }
        let earlier = try await earlierEvents(events.map(\.id), tx)
        if earlier.isEmpty { return nil }
        for event in events {
            guard let match = earlier[event.id], match.stream == stream,
                match.payload == (try event.payload)
            else { throw Self.reused(event.id, stream) }
        }
        guard let start = earlier[first.id], let end = earlier[last.id],
            end.version - start.version == events.count - 1, end.position - start.position == events.count - 1
        else { throw Self.reused(first.id, stream) }
        return AppendResult(version: end.version, isRepeat: true)
    }

    private func earlierEvents(_ ids: [Identifier], _ tx: Transaction) async throws -> [Identifier: Earlier] {
        let rows = try await tx.system.rows(
            "SELECT id, category, stream, version, position, payload FROM pando_events WHERE id IN \(ids)"
        ) { row in
            (
                try row.get(0, as: Identifier.self),
                Earlier(
                    stream: StreamID(category: try row.get(1), key: try row.get(2)),
                    version: try row.get(3),
                    position: try row.get(4),
                    payload: try row.get(5)
                )
            )
        }
        return Dictionary(uniqueKeysWithValues: rows)
    }

    private static func reused(_ id: Identifier, _ stream: StreamID) -> EventsError {
        EventsError(
            .eventIDReused(id.description),
            "event id \(id) was appended before with other content, companions or stream than now to \(stream);"
                + " a new event needs a new id"
        )
    }
}
