import Crypto

/// The secret that a client shows to continue its session, as a cookie or as a bearer token: 256 random bits.
///
/// Only its SHA-256 is stored and looked up, so a copy of the database opens no session, and no comparison depends on the
/// secret.
public struct SessionToken: Sendable, Hashable, CustomStringConvertible {
    /// 43 characters of base64url without padding (RFC 4648 §5). Safe in a cookie and in a header.
    public let text: String

    /// Random bytes in a token.
    static let byteCount = 32

    init(bytes: [UInt8]) {
        precondition(bytes.count == Self.byteCount, "a session token has \(Self.byteCount) bytes")
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
        var characters: [UInt8] = []
        characters.reserveCapacity(SessionKey.tokenLength)
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = (0..<3).reduce(0) { $0 << 8 | (start + $1 < bytes.count ? Int(bytes[start + $1]) : 0) }
            for position in 0..<(bytes.count - start >= 3 ? 4 : bytes.count - start + 1) {
                characters.append(alphabet[group >> (18 - 6 * position) & 63])
            }
        }
        text = String(decoding: characters, as: UTF8.self)
    }

    /// Says nothing of the secret: for logs.
    public var description: String { "SessionToken(secret)" }
}

/// What a session is stored under: the SHA-256 of its token's text.
struct SessionKey: Hashable, Sendable {
    /// The characters of a token; a text of another length is none and is not looked up.
    static let tokenLength = 43

    private let words: (UInt64, UInt64, UInt64, UInt64)

    /// nil for a text that cannot be a token.
    init?(token: String) {
        var token = token
        let words: (UInt64, UInt64, UInt64, UInt64)? = token.withUTF8 { text in
            guard text.count == Self.tokenLength else { return nil }
            var hash = SHA256()
            hash.update(bufferPointer: UnsafeRawBufferPointer(text))
            return hash.finalize().withUnsafeBytes { $0.loadUnaligned(as: (UInt64, UInt64, UInt64, UInt64).self) }
        }
        guard let words else { return nil }
        self.words = words
    }

    init?(bytes: [UInt8]) {
        guard bytes.count == 32 else { return nil }
        words = bytes.withUnsafeBytes { $0.loadUnaligned(as: (UInt64, UInt64, UInt64, UInt64).self) }
    }

    /// The 32 bytes as stored.
    var bytes: [UInt8] { withUnsafeBytes(of: words) { Array($0) } }

    static func == (left: Self, right: Self) -> Bool { left.words == right.words }

    /// One word is enough: the hash is uniform.
    func hash(into hasher: inout Hasher) { hasher.combine(words.0) }
}
