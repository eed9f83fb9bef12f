import Crypto

/// A cookie that binds a client to a server, for applications that keep something in the memory of a process.
///
/// Its value is HMAC-SHA256 of the upstream's and the server's name under a secret key, cut to 128 bits: it names the server to who has the key,
/// shows nothing of its address, and nobody else can make one. All clients of a server have the same value, so that it identifies no
/// one and nothing is computed for a request.
package struct StickyCookie: Sendable {
    /// The cookie's name.
    package let name: String
    private let keys: [SymmetricKey]

    /// Makes a cookie; nil where there is no key, or one of fewer than 32 bytes.
    ///
    /// - Parameter keys: The first makes values; those that the others made are taken as well, so that a key can be changed without sending
    ///   clients elsewhere. All edges need the same.
    package init?(name: String, keys: [[UInt8]]) {
        guard !keys.isEmpty, keys.allSatisfy({ $0.count >= 32 }) else { return nil }
        self.name = name
        self.keys = keys.map { SymmetricKey(data: $0) }
    }

    /// The values of an upstream's servers.
    struct Values: Sendable {
        /// What a new cookie holds, by the server's index.
        let texts: [String]
        private let accepted: [(value: (UInt64, UInt64), index: Int)]

        init(_ cookie: StickyCookie, upstream: String, servers: [Server]) {
            let all = cookie.keys.map { key in servers.map { Self.value(key, upstream, $0.name) } }
            texts = all[0].map { String(hexadecimal: $0.0) + String(hexadecimal: $0.1) }
            accepted = all.flatMap { values in values.enumerated().map { ($1, $0) } }
        }

        /// The index of the server that a value names; nil for a value that is none of these. Takes the same time for each.
        func place(_ text: UnsafeBufferPointer<UInt8>) -> Int? {
            guard text.count == 32,
                let first = UInt64(hexadecimal: UnsafeBufferPointer(rebasing: text[..<16])),
                let second = UInt64(hexadecimal: UnsafeBufferPointer(rebasing: text[16...]))
            else { return nil }
            var found: Int?
            for (value, index) in accepted where (value.0 ^ first) | (value.1 ^ second) == 0 { found = index }
            return found
        }

        private static func value(_ key: SymmetricKey, _ upstream: String, _ server: String) -> (UInt64, UInt64) {
            // The length keeps two names apart that are one when written behind each other.
            let message = Array("\(upstream.utf8.count):\(upstream)\(server)".utf8)
            let code = Array(HMAC<SHA256>.authenticationCode(for: message, using: key))
            func number(_ bytes: ArraySlice<UInt8>) -> UInt64 { bytes.reduce(0) { $0 << 8 | UInt64($1) } }
            return (number(code[0..<8]), number(code[8..<16]))
        }
    }
}
