/// An exchange whose client speaks HTTP/1.
final class HTTP1Exchange: Exchange {
    /// Whose request it is; nil when it has ended.
    var connection: HTTP1Connection?
    private var isChunked = false

    override var clientHasRoom: Bool { connection?.hasRoom ?? true }

    override var forwarding: Forwarding { connection?.forwarding ?? .unknown }

    override var proxyHeader: ProxyHeader {
        connection?.proxyHeader(id: request.bytes(record.requestID)) ?? .local
    }

    override var clientCertificate: TLSPeer? { connection?.peer }

    override func sendInterim() {
        guard let connection, request.minorVersion > 0 else { return }
        connection.put(self)
        connection.flush()
    }

    override func sendHead() { isChunked = connection?.put(self).framing == .chunked }

    override func sendBody(_ bytes: UnsafeBufferPointer<UInt8>) {
        guard let connection else { return }
        record.sentBytes += bytes.count
        guard isChunked else { return connection.put(bytes) }
        connection.outgoing.append(hexadecimal: bytes.count)
        connection.outgoing.append("\r\n")
        connection.put(bytes)
        if !connection.isClosed { connection.outgoing.append("\r\n") }
    }

    override var sendsFiles: Bool { connection.map { $0.tls == nil } ?? false }

    override func sendFile(_ file: OpenFile, at place: Int64, _ count: Int) -> FileSent {
        guard let connection else { return .gone }
        let sent = connection.sendFile(file.descriptor, at: place, count)
        if case .count(let count) = sent { record.sentBytes += count }
        return sent
    }

    override func postpone() -> Bool {
        guard let connection, sendsFiles else { return false }
        worker.again(connection)
        return true
    }

    override func sendEnd() {
        guard let connection else { return }
        if isChunked { connection.outgoing.appendLastChunk(responseTrailers) }
        connection.flush()
        if !connection.isClosed { connection.responseEnded() }
    }

    override func sendAbort() {
        connection?.flush()
        // Where the end of the connection is the end of the body, only a reset tells that it is not complete.
        connection?.closeNow(resets: request.minorVersion == 0)
    }

    override func flushClient() { connection?.flush() }

    override func resumeRequest() { connection?.takesMoreBody() }

    override func sendSwitch() {
        guard let connection else { return }
        connection.put(self)
        connection.becameTunnel()
    }

    override func endTunnel() { connection?.tunnelEnded() }
}

extension OutputBytes {
    /// Ends a chunked body, with its trailer section (RFC 9112 §7.1).
    func appendLastChunk(_ trailers: Head?) {
        append("0\r\n")
        if let trailers {
            for field in trailers.fields {
                append(name: trailers.bytes(field.name), value: trailers.bytes(field.value))
            }
        }
        append("\r\n")
    }
}
