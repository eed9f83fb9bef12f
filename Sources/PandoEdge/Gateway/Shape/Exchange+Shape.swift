/// The way of a response to its client, by the shape that the route gives it. What the cache keeps was taken before it, as the server
/// sent it, so that one entry answers every shape.
extension Exchange {
    /// Asks for what can be shaped: whole, and not compressed.
    final func prepareShape() {
        for field: FieldName in [.range, .ifRange, .acceptEncoding] { request.remove(field) }
    }

    /// Begins the response whose head is in ``response``.
    final func beginResponse() {
        if let rules = route?.shape, hasClient, holdsForShape(rules) { return }
        beginCoded()
    }

    /// Passes a part of the body on.
    @inline(__always)
    final func passBody(_ bytes: UnsafeBufferPointer<UInt8>) {
        if shaping != nil { return hold(bytes) }
        passCoded(bytes)
    }

    /// Ends the response.
    final func endResponse() {
        if shaping != nil { sendShaped() }
        // The client may turn out to be gone at each step.
        if began > 0 { endCoded() }
    }

    /// Ends a response that cannot be completed. Where the client has nothing of it yet, it gets an error that it can read.
    final func abortResponse() {
        guard shaping != nil else { return sendAbort() }
        dropShaping()
        isResponseBegun = false
        fail(502, "the response broke off")
    }

    final func dropShaping() {
        guard let held = shaping else { return }
        shaping = nil
        worker.buffers.give(held.bytes)
    }

    // MARK: Shaping

    /// Whether the response is shaped, and waits for that.
    private func holdsForShape(_ rules: ShapeRules) -> Bool {
        let asked = rules.asked(by: request.bytes(record.target))
        guard rules.keep != nil || rules.drop != nil || asked != nil else { return false }
        if response.status == 304 {
            confirmChanged()
            return false
        }
        guard rules.allow(response, responseRules) else { return false }
        guard request.method != .head, responseRules.framing != .none else {
            responseRules.announcedLength = nil
            becomeShaped()
            return false
        }
        shaping = ShapeTurn(rules, asked, worker.buffers.take())
        return true
    }

    private func hold(_ part: UnsafeBufferPointer<UInt8>) {
        guard let shaping else { return }
        if shaping.bytes.count + part.count <= shaping.rules.bytesLimit { return shaping.bytes.append(part) }
        passUnshaped()
        if began > 0 { passCoded(part) }
    }

    private func sendShaped() {
        guard let held = shaping else { return }
        guard let body = held.shaped() else { return passUnshaped() }
        dropShaping()
        becomeShaped()
        responseTrailers = nil
        responseRules.framing = body.count == 0 ? .none : .length(UInt64(body.count))
        beginCoded()
        if body.count > 0 { passCoded(body.bytes) }
    }

    /// Sends what was held as it came.
    private func passUnshaped() {
        guard let held = shaping else { return }
        shaping = nil
        beginCoded()
        if held.bytes.count > 0, began > 0 { passCoded(held.bytes.bytes) }
        worker.buffers.give(held.bytes)
    }

    /// What the head says of the bytes does not hold of the shaped ones.
    private func becomeShaped() {
        for name in ["content-digest", "repr-digest", "digest", "content-md5"] { response.remove(named: name) }
        response.remove(.acceptRanges)
        weakenTag()
    }
}
