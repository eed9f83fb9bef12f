import PandoTopology

/// What a token that was verified says, as far as requests with it need to know.
final class AcceptedToken: Sendable {
    /// Whose it is, as a number of this process; 0 where it names nobody.
    let subject: UInt64
    /// The claims that servers are told.
    let fields: [(name: String, value: String)]
    /// Whether it has the claims that the route requires.
    let isSufficient: Bool
    /// The number of the set of keys that it was verified with.
    let keys: Int
    /// From when to when it is good, seconds of the Unix epoch, with the leeway.
    let validity: Range<Int64>

    init(
        _ claims: [String: JSONValue],
        _ rules: EdgeConfiguration.JWT,
        keys: Int
    ) throws(TokenRefusal) {
        self.keys = keys
        validity = try Self.validity(claims, leeway: rules.leeway.components.seconds)
        if let issuer = rules.issuer, claims["iss"] != .string(issuer) {
            throw TokenRefusal("the token is of another issuer")
        }
        if !rules.audience.isEmpty {
            let audience = claims["aud"]?.array ?? claims["aud"].map { [$0] } ?? []
            guard audience.contains(where: { $0.string.map(rules.audience.contains) ?? false }) else {
                throw TokenRefusal("the token is for another audience")
            }
        }
        isSufficient = rules.require.allSatisfy { Self.holds(claims[$0.key], of: $0.key, $0.value) }
        subject = claims["sub"]?.string.map { Self.number(claims["iss"]?.string, $0) } ?? 0
        var fields: [(name: String, value: String)] = []
        for (claim, name) in rules.forward.sorted(by: { $0.key < $1.key }) {
            guard let value = claims[claim], value != .null else { continue }
            guard let text = Self.text(value) else { throw TokenRefusal("a claim of the token fits into no field") }
            fields.append((name.lowercased(), text))
        }
        self.fields = fields
    }

    /// Checks the times once more: the token is known, and gets older.
    func check(at now: Int64) throws(TokenRefusal) {
        if now >= validity.upperBound { throw TokenRefusal("the token has expired") }
        if now < validity.lowerBound { throw TokenRefusal("the token is not valid yet") }
        if !isSufficient { throw TokenRefusal("the token lacks a claim that is required", .insufficientScope) }
    }

    /// A token that never expires is none: nobody could take it back.
    private static func validity(
        _ claims: [String: JSONValue],
        leeway: Int64
    ) throws(TokenRefusal) -> Range<Int64> {
        func time(_ name: String) throws(TokenRefusal) -> Int64? {
            guard let claim = claims[name] else { return nil }
            guard let seconds = claim.number, (0...1e12).contains(seconds) else {
                throw TokenRefusal("a time of the token is none")
            }
            return Int64(seconds)
        }
        guard let end = try time("exp") else { throw TokenRefusal("the token has no time at which it expires") }
        let start = max(0, (try time("nbf") ?? 0) - leeway)
        return start..<max(start, end + leeway)
    }

    /// Whether a claim has one of some values, or any. Of `scope` each word is a value (RFC 8693 §4.2).
    private static func holds(_ claim: JSONValue?, of name: String, _ values: [String]) -> Bool {
        guard let claim, claim != .null else { return false }
        if values.isEmpty { return true }
        var found = (claim.array ?? [claim]).compactMap(text)
        if name == "scope" { found = found.flatMap { $0.split(separator: " ").map(String.init) } }
        return found.contains(where: values.contains)
    }

    private static func number(_ issuer: String?, _ subject: String) -> UInt64 {
        var hasher = Hasher()
        hasher.combine(issuer)
        hasher.combine(subject)
        return max(1, UInt64(bitPattern: Int64(hasher.finalize())))
    }

    /// A claim as the value of a field; a list has commas. Nil for what would be read as something else there.
    private static func text(_ claim: JSONValue) -> String? {
        switch claim {
        case .string(let text):
            let octets = text.utf8
            guard octets.allSatisfy({ Characters.isIn($0, Characters.value) }), octets.first != 0x20,
                octets.last != 0x20, octets.first != 0x09, octets.last != 0x09
            else { return nil }
            return text
        case .integer(let value): return String(value)
        case .number(let value): return value.isFinite ? "\(value)" : nil
        case .bool(let value): return value ? "true" : "false"
        case .array(let elements):
            let texts = elements.compactMap { $0.array == nil ? text($0) : nil }
            guard texts.count == elements.count, !texts.contains(where: { $0.contains(",") }) else { return nil }
            return texts.joined(separator: ",")
        case .null, .object: return nil
        }
    }
}
