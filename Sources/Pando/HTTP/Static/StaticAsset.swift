import Crypto
import NIOCore

/// One file that is served, with everything that its answers need.
struct StaticAsset: Sendable {
    /// Where its bytes are.
    enum Content: Sendable {
        case memory(ByteBuffer)
        /// Too large for memory; the file must not change while the app runs.
        case file(path: String)
    }

    let content: Content
    let size: Int
    let contentType: String
    let modified: Int
    /// The first 64 bits of the SHA-256 of the content, in hexadecimal digits.
    let hash: String
    /// The content compressed with gzip; nil if that saves less than a tenth.
    let gzip: ByteBuffer?

    /// The strong validator of the plain content.
    var tag: String { "\"\(hash)\"" }
    /// The strong validator of the compressed content: other bytes, other tag (RFC 9110, section 8.8.3.3).
    var gzipTag: String { "\"\(hash)-gz\"" }

    /// An asset in memory. `packed`: a compressed variant that came with it.
    init(_ bytes: [UInt8], contentType: String, modified: Int, packed: [UInt8]? = nil) {
        content = .memory(ByteBuffer(bytes: bytes))
        size = bytes.count
        self.contentType = contentType
        self.modified = modified
        hash = Self.digits(SHA256.hash(data: bytes))
        let compressed = packed ?? (ContentType.isCompressible(contentType) ? Gzip.compress(bytes, level: .best) : nil)
        gzip = compressed.flatMap { $0.count * 10 <= bytes.count * 9 ? ByteBuffer(bytes: $0) : nil }
    }

    /// An asset that stays on disk.
    init(path: String, size: Int, contentType: String, modified: Int, digest: SHA256.Digest) {
        content = .file(path: path)
        self.size = size
        self.contentType = contentType
        self.modified = modified
        hash = Self.digits(digest)
        gzip = nil
    }

    private static func digits(_ digest: SHA256.Digest) -> String {
        digest.prefix(8).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
