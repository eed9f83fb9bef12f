/// Why a stream or a connection ends (RFC 9113 §7).
package enum HTTP2ErrorCode: UInt32, Sendable {
    case noError, protocolError, internalError, flowControlError, settingsTimeout, streamClosed, frameSizeError
    case refusedStream, cancel, compressionError, connectError, enhanceYourCalm, inadequateSecurity, http11Required

    /// Reads a code from the wire; an unknown one is as good as an internal error.
    init(wire: UInt32) { self = HTTP2ErrorCode(rawValue: wire) ?? .internalError }
}
