import SystemPackage

/// The end of a text file.
enum FileTail {
    /// The last bytes of a file, or all of it where it is shorter; empty where it cannot be read.
    static func text(of path: String, limitBytes: Int = 16_384) -> String {
        guard
            let file = try? FileDescriptor.open(FilePath(path), .readOnly, options: [.closeOnExec, .noFollow]),
            let size = try? file.seek(offset: 0, from: .end)
        else { return "" }
        defer { _ = try? file.close() }  // it was only read
        let bytes = [UInt8](unsafeUninitializedCapacity: limitBytes) { buffer, count in
            let start = max(0, size - Int64(limitBytes))
            count = (try? file.read(fromAbsoluteOffset: start, into: UnsafeMutableRawBufferPointer(buffer))) ?? 0
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    static func lines(of path: String) -> [Substring] {
        text(of: path).split(separator: "\n")
    }
}
