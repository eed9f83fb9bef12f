/// A token in the compact form (RFC 7515 §7.1), taken apart and not yet believed.
struct SignedToken {
    let algorithm: TokenAlgorithm
    /// `kid`.
    let keyID: String?
    /// How many bytes of the token are signed.
    let signedCount: Int
    let signature: [UInt8]
    /// The claims as they came; read when the signature is good.
    private let payload: [UInt8]

    init(_ token: UnsafeBufferPointer<UInt8>) throws(TokenRefusal) {
        let dots = token.indices.filter { token[$0] == UInt8(ascii: ".") }
        guard dots.count == 2, let header = Base64URL.decode(token[..<dots[0]]),
            let payload = Base64URL.decode(token[(dots[0] + 1)..<dots[1]]),
            let signature = Base64URL.decode(token[(dots[1] + 1)...])
        else { throw TokenRefusal("the token is no JSON Web Token in compact form") }
        guard let members = try? JSONValue(reading: header).object else {  // What it lacks does not matter.
            throw TokenRefusal("the token's header is no JSON object")
        }
        // Extensions that must be understood are not (RFC 7515 §4.1.11).
        if members["crit"] != nil { throw TokenRefusal("the token needs an extension") }
        if let type = members["typ"], !Self.isToken(type) { throw TokenRefusal("the token is of another type") }
        guard let algorithm = (members["alg"]?.string).flatMap(TokenAlgorithm.init) else {
            throw TokenRefusal("the token's algorithm is not taken")
        }
        self.algorithm = algorithm
        keyID = members["kid"]?.string
        signedCount = dots[1]
        self.signature = signature
        self.payload = payload
    }

    /// A token for access, and nothing else that is signed with the same keys (RFC 8725 §3.11, RFC 9068 §2.1).
    private static func isToken(_ type: JSONValue) -> Bool {
        guard var name = type.string?.lowercased() else { return false }
        if name.hasPrefix("application/") { name.removeFirst("application/".count) }
        return name == "jwt" || name == "at+jwt"
    }

    /// The claims (RFC 7519 §4).
    func claims() throws(TokenRefusal) -> [String: JSONValue] {
        guard let claims = try? JSONValue(reading: payload).object else {  // What it lacks does not matter.
            throw TokenRefusal("the token's claims are no JSON object")
        }
        return claims
    }
}
