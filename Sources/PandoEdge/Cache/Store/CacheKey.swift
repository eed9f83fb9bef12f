/// The URI that a response is stored under (RFC 9111 §2), with its hash.
///
/// Scheme and host are in lower case and the scheme's own port is left out (RFC 9110 §4.2.3). The target stays as it came but for what the
/// route's rule leaves out of the query: to rewrite it could join what the origin keeps apart. The hash only finds candidates; the bytes decide.
package struct CacheKey: Sendable, Hashable {
    package let hash: UInt64
    package let bytes: [UInt8]

    package init(hash: UInt64, bytes: [UInt8]) {
        self.hash = hash
        self.bytes = bytes
    }

    package static func == (left: CacheKey, right: CacheKey) -> Bool {
        left.hash == right.hash && left.bytes == right.bytes
    }

    package func hash(into hasher: inout Hasher) { hasher.combine(hash) }

    /// The URI as text.
    package var text: String { String(decoding: bytes, as: UTF8.self) }

    /// Writes the URI of a scheme, a host with its port, and a target in origin form.
    package static func write(
        isTLS: Bool,
        authority: UnsafeBufferPointer<UInt8>,
        target: UnsafeBufferPointer<UInt8>,
        query: QueryRule = .all,
        to bytes: inout [UInt8]
    ) {
        let scheme: StaticString = isTLS ? "https://" : "http://"
        scheme.withUTF8Buffer { bytes.append(contentsOf: $0) }
        var end = authority.count
        let port: StaticString = isTLS ? ":443" : ":80"
        let portCount = port.utf8CodeUnitCount
        if end > portCount,
            ByteText.isEqual(UnsafeBufferPointer(rebasing: authority[(end - portCount)...]), ignoringCaseOf: port)
        {
            end -= portCount
        } else if end > 0, authority[end - 1] == UInt8(ascii: ":") {
            end -= 1
        }
        for octet in authority[..<end] { bytes.append(Characters.lowercased(octet)) }
        if target.isEmpty || target[0] == UInt8(ascii: "?") { bytes.append(UInt8(ascii: "/")) }
        query.append(target, to: &bytes)
    }
}
