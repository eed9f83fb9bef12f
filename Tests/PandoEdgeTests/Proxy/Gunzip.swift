import CZlib

/// What gzip has made of bytes, undone.
enum Gunzip {
    /// The bytes; as many as there are where the end is missing, nil where it is no gzip.
    static func bytes(_ coded: [UInt8]) -> (bytes: [UInt8], isComplete: Bool)? {
        var stream = z_stream()
        guard inflateInit2_(&stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
            return nil
        }
        defer { inflateEnd(&stream) }
        var (found, buffer, coded) = ([UInt8](), [UInt8](repeating: 0, count: 1 << 16), coded)
        return coded.withUnsafeMutableBufferPointer { input in
            stream.next_in = input.baseAddress
            stream.avail_in = UInt32(input.count)
            while true {
                let code = buffer.withUnsafeMutableBufferPointer { output in
                    stream.next_out = output.baseAddress
                    stream.avail_out = UInt32(output.count)
                    return inflate(&stream, Z_NO_FLUSH)
                }
                guard code == Z_OK || code == Z_STREAM_END || code == Z_BUF_ERROR else { return nil }
                found += buffer[..<(buffer.count - Int(stream.avail_out))]
                if code == Z_STREAM_END { return (found, true) }
                if stream.avail_in == 0, stream.avail_out > 0 { return (found, false) }
            }
        }
    }

    static func text(_ coded: [UInt8]) -> String? { bytes(coded).map { String(decoding: $0.bytes, as: UTF8.self) } }
}

/// An answer whose body is no text, without the marks of its chunks.
struct BinaryAnswer {
    let head: Answer
    let body: [UInt8]

    var text: String? { Gunzip.text(body) }

    /// Sends a request on a connection of its own, and takes the answer.
    init(_ port: Int, _ target: String = "/", _ fields: String = "", method: String = "GET") throws {
        let client = try RawConnection(port: port)
        client.send("\(method) \(target) HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\(fields)\r\n")
        head = Answer(head: client.readHead(), body: "")
        guard head.field("transfer-encoding") == "chunked" else {
            body = client.readToEnd()
            return
        }
        var found: [UInt8] = []
        while let chunk = client.readChunk(), !chunk.isEmpty { found += chunk }
        body = found
    }
}

extension RawConnection {
    /// The next chunk of a body; empty for the last, nil where there is none.
    func readChunk() -> [UInt8]? {
        guard let size = Int(readThrough("\r\n").dropLast(1), radix: 16) else { return nil }
        let bytes = read(size)
        _ = read(2)
        return bytes
    }
}
