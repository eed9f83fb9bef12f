import Crypto
import Foundation
import _CryptoExtras

extension VerificationKey {
    /// Reads a JSON Web Key (RFC 7517 §4); nil for one that is not for signatures, or of a kind that is not known (§5).
    ///
    /// - Parameter takesSecrets: Whether a shared secret is a key: from a file, and never from a URL, where it would be none.
    init?(_ key: JSONValue, takesSecrets: Bool) throws(KeySetFault) {
        guard let members = key.object else { throw KeySetFault("a key is \(key.kind)") }
        let id = members["kid"]?.string
        func fault(_ problem: String) -> KeySetFault {
            KeySetFault("the key \(id.map { "'\($0)'" } ?? "without kid") \(problem)")
        }
        if let use = members["use"]?.string, use != "sig" { return nil }
        if let operations = members["key_ops"]?.array, !operations.contains(.string("verify")) { return nil }
        let algorithm = members["alg"]?.string
        let only = algorithm.flatMap(TokenAlgorithm.init)
        if algorithm != nil, only == nil { return nil }
        guard let kind = members["kty"]?.string else { throw fault("has no 'kty'") }
        if kind != "oct", members["d"] != nil { throw fault("is a private one: publish the public half alone") }
        guard let material = try Material(kind, members, takesSecrets, fault) else { return nil }
        self.init(id: id, only: only, material: material)
    }
}

extension VerificationKey.Material {
    /// Nil for a kind that is not known.
    fileprivate init?(
        _ kind: String,
        _ members: [String: JSONValue],
        _ takesSecrets: Bool,
        _ fault: (String) -> KeySetFault
    ) throws(KeySetFault) {
        func bytes(_ name: String) throws(KeySetFault) -> [UInt8] {
            if let found = (members[name]?.string).flatMap({ Base64URL.decode(Array($0.utf8)) }) { return found }
            throw fault("has no '\(name)' in base64url")
        }
        switch kind {
        case "RSA": self = try .rsa(Self.rsa(try bytes("n"), try bytes("e"), fault))
        case "EC":
            guard let curve = Curve(rawValue: members["crv"]?.string ?? "") else { return nil }
            self = try Self.elliptic(curve, try bytes("x"), try bytes("y"), fault)
        case "OKP":
            guard members["crv"]?.string == "Ed25519" else { return nil }
            let point = try bytes("x")
            guard let key = try? Curve25519.Signing.PublicKey(rawRepresentation: point) else {
                throw fault("is no point of its curve")
            }
            self = .ed25519(key)
        case "oct":
            guard takesSecrets else { return nil }
            let secret = try bytes("k")
            if secret.count < 32 { throw fault("is a secret of less than 32 bytes") }
            self = .secret(SymmetricKey(data: secret), count: secret.count)
        default: return nil
        }
    }

    private static func rsa(
        _ modulus: [UInt8],
        _ exponent: [UInt8],
        _ fault: (String) -> KeySetFault
    ) throws(KeySetFault) -> _RSA.Signing.PublicKey {
        // RFC 7518 §3.3; and what is much longer only takes time.
        guard (256...1_024).contains(modulus.count), let key = try? _RSA.Signing.PublicKey(n: modulus, e: exponent),
            key.keySizeInBits >= 2_048
        else { throw fault("is no RSA key of 2048 to 8192 bits") }
        return key
    }

    private enum Curve: String {
        case p256 = "P-256"
        case p384 = "P-384"
        case p521 = "P-521"

        var bytes: Int {
            switch self {
            case .p256: 32
            case .p384: 48
            case .p521: 66
            }
        }
    }

    private static func elliptic(
        _ curve: Curve,
        _ x: [UInt8],
        _ y: [UInt8],
        _ fault: (String) -> KeySetFault
    ) throws(KeySetFault) -> Self {
        guard x.count == curve.bytes, y.count == curve.bytes else { throw fault("is no point of its curve") }
        let point = [4] + x + y
        do {
            switch curve {
            case .p256: return .p256(try P256.Signing.PublicKey(x963Representation: point))
            case .p384: return .p384(try P384.Signing.PublicKey(x963Representation: point))
            case .p521: return .p521(try P521.Signing.PublicKey(x963Representation: point))
            }
        } catch {
            throw fault("is no point of its curve")
        }
    }
}
