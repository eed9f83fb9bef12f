import PandoTopology

/// Judges the tokens of a route's requests (RFC 7519, RFC 6750).
///
/// A signature is verified on the worker's thread: that takes less than handing the request to another thread and back, a hundredth of a
/// TLS handshake, and once for each token.
final class TokenVerifier: Sendable {
    enum Verdict {
        /// There is no token, and none is needed.
        case anonymous
        case accepted(AcceptedToken)
        case refused(TokenRefusal)
        /// Nobody can say: the keys have not come yet.
        case unknown
    }

    /// Longer tokens are not looked at.
    static let bytesLimit = 8_192

    let rules: EdgeConfiguration.JWT
    /// The fields that tell claims, in lower case.
    let fields: [String]
    private let source: KeySource
    private let known: TokenCache

    /// - Parameter previous: The route's before, whose tokens stay verified where the rules and the keys are the same.
    init(_ rules: EdgeConfiguration.JWT, _ source: KeySource, adopting previous: TokenVerifier?) {
        self.rules = rules
        self.source = source
        fields = Set(rules.forward.values.map { $0.lowercased() }).sorted()
        let kept = previous.flatMap { $0.rules == rules && $0.source === source ? $0.known : nil }
        known = kept ?? TokenCache()
    }

    /// - Parameter now: Seconds of the Unix epoch.
    func judge(_ request: Head, at now: Int64) -> Verdict {
        do throws(TokenRefusal) {
            guard let token = try Self.token(of: request) else {
                return rules.optional ? .anonymous : .refused(.missing)
            }
            let (keys, number) = source.current
            guard let keys else { return .unknown }
            let key = TokenCache.Key(token)
            if let found = known.find(key), found.keys == number {
                try found.check(at: now)
                return .accepted(found)
            }
            let accepted = try verify(token, keys, number)
            try accepted.check(at: now)
            known.keep(accepted, key)
            return .accepted(accepted)
        } catch {
            return .refused(error)
        }
    }

    private func verify(
        _ token: UnsafeBufferPointer<UInt8>,
        _ keys: KeySet,
        _ number: Int
    ) throws(TokenRefusal) -> AcceptedToken {
        let signed = try SignedToken(token)
        guard let key = keys.key(signed.keyID, signed.algorithm) else {
            source.misses()
            throw TokenRefusal("no key is known for the token")
        }
        let message = UnsafeBufferPointer(rebasing: token[..<signed.signedCount])
        guard key.verifies(signed.signature, of: message, by: signed.algorithm) else {
            throw TokenRefusal("the token's signature is not good")
        }
        return try AcceptedToken(try signed.claims(), rules, keys: number)
    }

    /// The token of `Authorization: Bearer` (RFC 6750 §2.1); nil for another scheme, or none.
    private static func token(of request: Head) throws(TokenRefusal) -> UnsafeBufferPointer<UInt8>? {
        guard let value = request.first(.authorization) else { return nil }
        guard request.fields.count(where: { $0.id == .authorization }) == 1 else {
            throw TokenRefusal("there is more than one field Authorization", .invalidRequest)
        }
        let bytes = request.bytes(value)
        let scheme: StaticString = "bearer"
        let count = scheme.utf8CodeUnitCount
        guard bytes.count >= count, request.isEqual(Slice(Int(value.start), count), ignoringCaseOf: scheme) else {
            return nil
        }
        guard bytes.count > count else { throw TokenRefusal("there is no token behind Bearer", .invalidRequest) }
        guard bytes[count] == UInt8(ascii: " ") else { return nil }
        let token = UnsafeBufferPointer(rebasing: bytes[bytes[count...].drop { $0 == UInt8(ascii: " ") }.indices])
        if token.count > bytesLimit { throw TokenRefusal("the token is too long", .invalidRequest) }
        return token
    }
}
