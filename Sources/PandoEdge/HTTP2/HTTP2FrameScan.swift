/// Finds data on streams that the client has ended (RFC 9113 §5.1): libnghttp2 ignores frames of data on streams that it does not
/// know, and tells nobody of them.
struct HTTP2FrameScan {
    private static let data: UInt8 = 0
    private static let reset: UInt8 = 3
    private static let headerBytes = 9

    /// How much of what comes is not looked at: the rest of a frame, and before the first one the preface.
    private var skipped = 24
    private var header = InlineArray<9, UInt8>(repeating: 0)
    private var count = 0
    /// The stream that the client has reset last among these bytes.
    private var lastReset: Int32 = 0

    /// Looks at bytes before libnghttp2 does.
    ///
    /// - Parameter isEnded: Whether the client has ended a stream.
    /// - Returns: Whether there are data on a stream that it has ended.
    mutating func find(in bytes: UnsafeBufferPointer<UInt8>, _ isEnded: (Int32) -> Bool) -> Bool {
        var (place, isFound) = (0, false)
        lastReset = 0
        while place < bytes.count {
            let step = min(skipped, bytes.count - place)
            place += step
            skipped -= step
            while count < Self.headerBytes, place < bytes.count {
                header[count] = bytes[place]
                count += 1
                place += 1
            }
            guard count == Self.headerBytes else { return isFound }
            count = 0
            skipped = Int(header[0]) << 16 | Int(header[1]) << 8 | Int(header[2])
            switch header[3] {
            case Self.reset: lastReset = stream
            // Those of the connection itself, which has no data, libnghttp2 refuses.
            case Self.data: if stream != 0, stream == lastReset || isEnded(stream) { isFound = true }
            default: break
            }
        }
        return isFound
    }

    private var stream: Int32 {
        Int32(header[5] & 0x7F) << 24 | Int32(header[6]) << 16 | Int32(header[7]) << 8 | Int32(header[8])
    }
}
