/// What is wrong with a set of keys.
struct KeySetFault: Error {
    let problem: String

    init(_ problem: String) { self.problem = problem }
}

/// The keys of an issuer: a JSON Web Key Set (RFC 7517 §5).
final class KeySet: Sendable {
    /// More are no set of an issuer.
    private static let limit = 256

    private let keys: [VerificationKey]

    /// Reads a set. Keys that cannot be for tokens are left out.
    ///
    /// - Parameter takesSecrets: Whether shared secrets are keys.
    init(reading bytes: [UInt8], takesSecrets: Bool) throws(KeySetFault) {
        let value: JSONValue
        do throws(JSONFault) {
            value = try JSONValue(reading: bytes)
        } catch {
            throw KeySetFault("it is no JSON: \(error.problem), at byte \(error.place)")
        }
        guard let listed = value["keys"]?.array else { throw KeySetFault("it has no list 'keys'") }
        guard listed.count <= Self.limit else { throw KeySetFault("it has more than \(Self.limit) keys") }
        var keys: [VerificationKey] = []
        for key in listed {
            if let key = try VerificationKey(key, takesSecrets: takesSecrets) { keys.append(key) }
        }
        if keys.isEmpty { throw KeySetFault("it has no key that verifies tokens") }
        self.keys = keys
    }

    /// The key for a token; nil where there is none, or where a token without `kid` could be of several.
    func key(_ id: String?, _ algorithm: TokenAlgorithm) -> VerificationKey? {
        if let id { return keys.first { $0.id == id && $0.takes(algorithm) } }
        let fitting = keys.filter { $0.takes(algorithm) }
        return fitting.count == 1 ? fitting[0] : nil
    }
}
