import CZlib

/// A body on its way through gzip (RFC 1952), by zlib: 256 KiB while there is one. Belongs to the thread of its worker.
final class GzipEncoder {
    let level: Int
    /// Whether what is given is to be sent soon, as that of a stream of events is.
    var isPrompt = false
    /// Whether something was given since the last flush.
    private(set) var holdsBytes = false
    private var stream = z_stream()

    /// Nil where there is no memory for it.
    init?(level: Int) {
        self.level = level
        // 15 bits of window; 16 more ask for the format of gzip (zlib.h, deflateInit2).
        let size = Int32(MemoryLayout<z_stream>.size)
        let code = deflateInit2_(
            &stream,
            Int32(level),
            Z_DEFLATED,
            15 + 16,
            8,
            Z_DEFAULT_STRATEGY,
            ZLIB_VERSION,
            size
        )
        if code != Z_OK { return nil }
    }

    deinit {
        deflateEnd(&stream)
    }

    /// Makes it ready for another body.
    func reset() {
        deflateReset(&stream)
        (isPrompt, holdsBytes) = (false, false)
    }

    /// What follows a piece.
    enum Mode: Int32 {
        /// More, which may wait for it.
        case more = 0
        /// More, and what is there goes out now (`Z_SYNC_FLUSH`).
        case flush = 2
        /// Nothing.
        case finish = 4
    }

    /// Takes a piece of a body, and lends what comes of it until there is no more, or nobody wants it.
    ///
    /// - Parameter send: Says whether it goes on.
    func encode(
        _ bytes: UnsafeBufferPointer<UInt8>,
        _ mode: Mode,
        into output: UnsafeMutableBufferPointer<UInt8>,
        _ send: (UnsafeBufferPointer<UInt8>) -> Bool
    ) {
        holdsBytes = mode == .more && (holdsBytes || !bytes.isEmpty)
        // zlib does not write through next_in; its type lacks the const.
        stream.next_in = UnsafeMutablePointer(mutating: bytes.baseAddress)
        stream.avail_in = UInt32(bytes.count)
        while true {
            stream.next_out = output.baseAddress
            stream.avail_out = UInt32(output.count)
            deflate(&stream, mode.rawValue)
            let isAll = stream.avail_out > 0
            let count = output.count - Int(stream.avail_out)
            if count > 0, !send(UnsafeBufferPointer(rebasing: output[..<count])) { return }
            if isAll { return }
        }
    }
}
