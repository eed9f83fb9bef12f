/// Sends a write again to learn its outcome.
struct LoadSettlement: Sendable {
    var client: LoadClient
    var send: @Sendable (LoadClient) async throws -> LoadResponse
    var acknowledged: @Sendable (LoadResponse) throws -> String?

    /// Statuses that tell of this attempt only, not of an earlier one with the same key.
    private static let tellNothingOfEarlier: Set<Int> = [401, 403, 408, 425, 429, 503]

    /// Sends the write once and classifies what comes back.
    ///
    /// - Parameter isRepeat: an earlier attempt may have been carried out, so that only an answer that the service would
    ///   not give then is a refusal.
    func attempt(isRepeat: Bool) async throws -> (LoadResponse, LoadWrite.Outcome, identifier: String) {
        let response = try await send(client)
        if response.status >= 500, response.status != 503 { return (response, .unknown, "") }
        if isRepeat, Self.tellNothingOfEarlier.contains(response.status) { return (response, .unknown, "") }
        guard let identifier = try acknowledged(response) else { return (response, .refused, "") }
        return (response, .acknowledged, identifier)
    }
}

extension LoadClient {
    /// Sends a write that must happen exactly once, and notes what became of it for the ``LoadVerifier`` of the run.
    ///
    /// ```swift
    /// let key = client.makeKey()
    /// try await client.write("reservation", key: key, detail: account.token) { client in
    ///     try await client.post("/api/reservations", as: "book",
    ///         headers: [LoadHeader("Idempotency-Key", key)], body: body, accepting: [409])
    /// } acknowledged: { response in
    ///     response.status == 201 ? try response.json(as: Reservation.self).id : nil
    /// }
    /// ```
    ///
    /// If no answer comes after the request was sent, or a status from 500 up other than 503 ("not now", hence refused), the
    /// outcome is unknown. The error or answer goes to the scenario at once, and the write is sent again, by the same client
    /// with the same key, after the load. Without a verifier this just sends.
    /// - Parameters:
    ///   - kind: what kind of write it is, for the check.
    ///   - key: its idempotency key, which `send` must put in the request; a new one for each write.
    ///   - detail: what the check needs to find the write.
    ///   - send: sends the request; must send the same one each time.
    ///   - acknowledged: the identifier of the write if the answer acknowledges it, nil if it refuses it.
    /// - Returns: the answer, whatever it says.
    /// - Throws: what `send` and `acknowledged` throw, and `journalFull` if the write cannot be noted and was not sent. An
    ///   answer that `acknowledged` cannot read leaves the outcome unknown.
    @discardableResult
    public func write(
        _ kind: String,
        key: String,
        detail: String = "",
        send: @escaping @Sendable (LoadClient) async throws -> LoadResponse,
        acknowledged: @escaping @Sendable (LoadResponse) throws -> String?
    ) async throws -> LoadResponse {
        let settlement = LoadSettlement(client: self, send: send, acknowledged: acknowledged)
        guard let journal = context.journal else { return try await send(self) }
        let index = try journal.begin(LoadWrite(kind: kind, key: key, detail: detail))
        do {
            let (response, outcome, identifier) = try await settlement.attempt(isRepeat: false)
            if outcome == .unknown { journal.keep(settlement, for: index) }
            journal.settle(index, outcome, identifier: identifier)
            return response
        } catch let error as LoadError where error.code == .noResponse && !error.outcomeIsUnknown {
            journal.settle(index, .refused)  // it was never sent
            throw error
        } catch {
            journal.keep(settlement, for: index)
            journal.settle(index, .unknown)
            throw error
        }
    }
}
