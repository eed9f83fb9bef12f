import CZlib
import NIOCore

/// Unpacks gzip, for tests.
enum Gunzip {
    struct Broken: Error {}

    static func text(_ buffer: ByteBuffer) throws -> String {
        var input = Array(buffer: buffer)
        var stream = z_stream()
        let size = Int32(MemoryLayout<z_stream>.size)
        guard inflateInit2_(&stream, 15 + 16, ZLIB_VERSION, size) == Z_OK else { throw Broken() }
        defer { inflateEnd(&stream) }
        var output: [UInt8] = []
        var space = [UInt8](repeating: 0, count: 65_536)
        return try input.withUnsafeMutableBufferPointer { bytes in
            stream.next_in = bytes.baseAddress
            stream.avail_in = UInt32(bytes.count)
            var status = Z_OK
            while status == Z_OK {
                status = space.withUnsafeMutableBufferPointer { space in
                    stream.next_out = space.baseAddress
                    stream.avail_out = UInt32(space.count)
                    return inflate(&stream, Z_NO_FLUSH)
                }
                output += space.prefix(space.count - Int(stream.avail_out))
            }
            guard status == Z_STREAM_END else { throw Broken() }
            return String(decoding: output, as: UTF8.self)
        }
    }
}
