/// The way of a response to its client, by gzip where the route says so. What is stored in the cache was taken before it, as the
/// server sent it: one entry answers those who take gzip, those who do not, and ranges.
extension Exchange {
    /// Notes what the client takes, before the request is changed for the servers.
    final func noteCodings() {
        takesGzip = AcceptEncoding.prefersGzip(request) && !CompressionRules.forbidsTransformation(request)
    }

    /// Begins the response whose head is in ``response``, shaped where that is asked for.
    final func beginCoded() {
        if let rules = route?.compression { settleCoding(rules) }
        sendHead()
    }

    /// Sends a part of the body.
    @inline(__always)
    final func passCoded(_ bytes: UnsafeBufferPointer<UInt8>) {
        guard let encoder else { return sendBody(bytes) }
        encode(bytes, .more, encoder)
    }

    /// Ends the response.
    final func endCoded() {
        if let encoder {
            encode(UnsafeBufferPointer(start: nil, count: 0), .finish, encoder)
            guard self.encoder != nil else { return }
            dropEncoder()
        }
        record.end = .complete
        sendEnd()
    }

    /// Sends what was put, with what waits in the encoder of a stream.
    @inline(__always)
    final func flushResponse() {
        if let encoder, encoder.isPrompt, encoder.holdsBytes {
            encode(UnsafeBufferPointer(start: nil, count: 0), .flush, encoder)
        }
        flushClient()
    }

    /// Forgets a body that has come to its end, or will not.
    final func dropEncoder() {
        guard let encoder else { return }
        self.encoder = nil
        worker.gzip.give(encoder)
    }

    private func encode(_ bytes: UnsafeBufferPointer<UInt8>, _ mode: GzipEncoder.Mode, _ encoder: GzipEncoder) {
        encoder.encode(bytes, mode, into: worker.gzip.buffer) { bytes in
            sendBody(bytes)
            // The client may turn out to be gone.
            return self.encoder === encoder
        }
    }

    // MARK: The head

    private func settleCoding(_ rules: CompressionRules) {
        if response.status == 304 { return settleConfirmation() }
        let isHead = request.method == .head
        guard rules.allow(response, responseRules, isHead: isHead) else { return }
        response.addVary("Accept-Encoding")
        guard takesGzip else { return }
        if !isHead {
            guard let taken = worker.gzip.take(level: rules.level) else { return }
            // A body whose length is not known may be one that never ends.
            if case .length = responseRules.framing {} else { taken.isPrompt = true }
            encoder = taken
            responseRules.framing = .chunked
        }
        responseRules.announcedLength = nil
        response.add(.contentEncoding, "gzip")
        response.remove(.acceptRanges)
        weakenTag()
    }

    private func settleConfirmation() {
        response.addVary("Accept-Encoding")
        if takesGzip { confirmChanged() }
    }
}
