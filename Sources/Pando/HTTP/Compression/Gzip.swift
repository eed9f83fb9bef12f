import CZlib
import NIOCore

/// gzip (RFC 1952) by zlib.
final class Gzip {
    /// How much work goes into it.
    enum Level: Int32 {
        /// For answers that are made for one request.
        case fast = 1
        /// For files that are compressed once.
        case best = 9
    }

    private var stream = z_stream()
    private var isOpen: Bool

    /// nil if there is no memory for it: 256 KiB.
    init?(_ level: Level) {
        // 15 bits of window; 16 more ask for the gzip format (zlib.h, deflateInit2).
        let size = Int32(MemoryLayout<z_stream>.size)
        isOpen =
            deflateInit2_(&stream, level.rawValue, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, size)
            == Z_OK
        if !isOpen { return nil }
    }

    deinit {
        if isOpen { deflateEnd(&stream) }
    }

    /// Makes it ready for another body.
    func reset() {
        deflateReset(&stream)
    }

    /// Compresses a piece of a body. What comes out may be empty until the end, or until a flush.
    func compress(_ input: ByteBuffer, _ mode: Mode) -> ByteBuffer {
        var output = ByteBufferAllocator().buffer(capacity: Int(deflateBound(&stream, UInt(input.readableBytes))) + 32)
        input.withUnsafeReadableBytes { bytes in
            // zlib does not write through next_in; its type lacks the const.
            stream.next_in = UnsafeMutablePointer(mutating: bytes.bindMemory(to: UInt8.self).baseAddress)
            stream.avail_in = UInt32(bytes.count)
            repeat {
                output.writeWithUnsafeMutableBytes(minimumWritableBytes: 1024) { space in
                    stream.next_out = space.bindMemory(to: UInt8.self).baseAddress
                    stream.avail_out = UInt32(space.count)
                    deflate(&stream, mode.rawValue)
                    return space.count - Int(stream.avail_out)
                }
            } while stream.avail_out == 0
            stream.next_in = nil
        }
        return output
    }

    /// What follows a piece.
    enum Mode: Int32 {
        /// More; wait for it.
        case more = 0
        /// More, and what is there must go out now.
        case flush = 2
        /// Nothing.
        case finish = 4
    }

    /// Compresses bytes at once; nil if there is no memory for it.
    static func compress(_ bytes: [UInt8], level: Level) -> [UInt8]? {
        guard let gzip = Gzip(level) else { return nil }
        return Array(buffer: gzip.compress(ByteBuffer(bytes: bytes), .finish))
    }
}
