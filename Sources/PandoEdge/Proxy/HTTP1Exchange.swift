/// An exchange whose client speaks HTTP/1.
final class HTTP1Exchange: Exchange {
    /// Whose request it is; nil when it has ended.
    var connection: HTTP1Connection?
    private var isChunked = false

    override var clientHasRoom: Bool { connection?.hasRoom ?? true }

    override func sendInterim() {
        guard let connection, request.minorVersion > 0 else { return }
        HeadWriter.interim(response, into: connection.outgoing)
        connection.flush()
    }

    override func sendHead(_ framing: BodyFraming) {
        isChunked = connection?.begin(response, framing, for: self) ?? false
    }

    override func sendBody(_ bytes: UnsafeBufferPointer<UInt8>) {
        guard let connection else { return }
        guard isChunked else { return connection.put(bytes) }
        connection.outgoing.append(hexadecimal: bytes.count)
        connection.outgoing.append("\r\n")
        connection.put(bytes)
        if !connection.isClosed { connection.outgoing.append("\r\n") }
    }

    override func sendEnd() {
        guard let connection else { return }
        if isChunked { connection.outgoing.append("0\r\n\r\n") }
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
        HeadWriter.interim(response, into: connection.outgoing)
        connection.becameTunnel()
    }

    override func endTunnel() { connection?.tunnelEnded() }
}
