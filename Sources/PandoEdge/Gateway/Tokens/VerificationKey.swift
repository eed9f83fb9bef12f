import Crypto
import Foundation
import _CryptoExtras

/// A key that tokens are verified with. It knows which algorithms it is for: a token does not get to choose how it is read
/// (RFC 8725 §3.1).
struct VerificationKey: Sendable {
    /// The key itself.
    enum Material: Sendable {
        case rsa(_RSA.Signing.PublicKey)
        case p256(P256.Signing.PublicKey)
        case p384(P384.Signing.PublicKey)
        case p521(P521.Signing.PublicKey)
        case ed25519(Curve25519.Signing.PublicKey)
        /// A secret that the issuer shares with the edge, and its bytes.
        case secret(SymmetricKey, count: Int)
    }

    /// `kid`.
    let id: String?
    /// `alg`: the only one that it is for; nil for all that fit.
    let only: TokenAlgorithm?
    let material: Material

    /// Whether a token of an algorithm may be verified with it.
    func takes(_ algorithm: TokenAlgorithm) -> Bool {
        if let only, only != algorithm { return false }
        switch (material, algorithm) {
        case (.rsa, .rs256), (.rsa, .rs384), (.rsa, .rs512), (.rsa, .ps256), (.rsa, .ps384), (.rsa, .ps512): return true
        case (.p256, .es256), (.p384, .es384), (.p521, .es512), (.ed25519, .edDSA): return true
        // A secret is as long as the hash at least (RFC 7518 §3.2).
        case (.secret(_, let count), .hs256), (.secret(_, let count), .hs384), (.secret(_, let count), .hs512):
            return count * 8 >= algorithm.bits
        case (.rsa, _), (.p256, _), (.p384, _), (.p521, _), (.ed25519, _), (.secret, _): return false
        }
    }

    /// Whether a signature is that of a message. Costs up to a tenth of a millisecond.
    func verifies(_ signature: [UInt8], of message: UnsafeBufferPointer<UInt8>, by algorithm: TokenAlgorithm) -> Bool {
        guard takes(algorithm) else { return false }
        let message = UnsafeRawBufferPointer(message)
        switch algorithm.bits {
        case _ where algorithm == .edDSA:
            guard case .ed25519(let key) = material else { return false }
            return key.isValidSignature(signature, for: Data(message))
        case 256: return verifies(signature, message, SHA256.self, isPSS: algorithm.isPSS)
        case 384: return verifies(signature, message, SHA384.self, isPSS: algorithm.isPSS)
        default: return verifies(signature, message, SHA512.self, isPSS: algorithm.isPSS)
        }
    }

    private func verifies<Hash: HashFunction>(
        _ signature: [UInt8],
        _ message: UnsafeRawBufferPointer,
        _ hash: Hash.Type,
        isPSS: Bool
    ) -> Bool {
        if case .secret(let key, _) = material {
            return HMAC<Hash>.isValidAuthenticationCode(signature, authenticating: message, using: key)
        }
        var hasher = Hash()
        hasher.update(bufferPointer: message)
        let digest = hasher.finalize()
        switch material {
        case .rsa(let key):
            let signature = _RSA.Signing.RSASignature(rawRepresentation: signature)
            return key.isValidSignature(signature, for: digest, padding: isPSS ? .PSS : .insecurePKCS1v1_5)
        case .p256(let key):
            // A signature of another form is a bad one.
            guard let signature = try? P256.Signing.ECDSASignature(rawRepresentation: signature) else { return false }
            return key.isValidSignature(signature, for: digest)
        case .p384(let key):
            guard let signature = try? P384.Signing.ECDSASignature(rawRepresentation: signature) else { return false }
            return key.isValidSignature(signature, for: digest)
        case .p521(let key):
            guard let signature = try? P521.Signing.ECDSASignature(rawRepresentation: signature) else { return false }
            return key.isValidSignature(signature, for: digest)
        case .ed25519, .secret: return false
        }
    }
}
