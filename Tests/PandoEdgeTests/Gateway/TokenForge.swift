import Crypto
import Foundation
import Synchronization
import _CryptoExtras

@testable import PandoEdge

/// Makes tokens, good ones and bad ones, and the keys that verify them.
struct TokenForge {
    static let shared = TokenForge()

    let p256 = P256.Signing.PrivateKey()
    let p384 = P384.Signing.PrivateKey()
    let p521 = P521.Signing.PrivateKey()
    let ed25519 = Curve25519.Signing.PrivateKey()
    // A generated key cannot fail for its size.
    let rsa = try! _RSA.Signing.PrivateKey(keySize: .bits2048)
    let secret = [UInt8](repeating: 7, count: 64)

    var now: Int64 { Int64(Date().timeIntervalSince1970) }

    /// A set with a key of each kind, named like the kind.
    var jwks: String {
        func point(_ curve: String, _ id: String, _ bytes: Data) -> String {
            let (x, y) = (bytes.prefix(bytes.count / 2), bytes.suffix(bytes.count / 2))
            return
                "{\"kty\":\"EC\",\"crv\":\"\(curve)\",\"kid\":\"\(id)\",\"use\":\"sig\",\"x\":\"\(Self.text(x))\",\"y\":\"\(Self.text(y))\"}"
        }
        // A key of known type has its parts.
        let parts = try! rsa.publicKey.getKeyPrimitives()
        return """
            {"keys": [
              \(point("P-256", "p256", p256.publicKey.rawRepresentation)),
              \(point("P-384", "p384", p384.publicKey.rawRepresentation)),
              \(point("P-521", "p521", p521.publicKey.rawRepresentation)),
              {"kty":"OKP","crv":"Ed25519","kid":"ed","x":"\(Self.text(ed25519.publicKey.rawRepresentation))"},
              {"kty":"RSA","kid":"rsa","n":"\(Self.text(parts.modulus))","e":"\(Self.text(parts.publicExponent))"},
              {"kty":"oct","kid":"secret","k":"\(Self.text(secret))"},
              {"kty":"quantum","kid":"later"}
            ]}
            """
    }

    /// A token with claims, good for an hour where they say nothing else.
    func token(
        _ claims: String = "",
        _ algorithm: String = "ES256",
        kid: String? = "p256",
        header: String = ""
    ) -> String {
        let id = kid.map { ",\"kid\":\"\($0)\"" } ?? ""
        let claims =
            claims.contains("\"exp\"") ? claims : "\"exp\":\(now + 3_600)" + (claims.isEmpty ? "" : ",\(claims)")
        let message = Self.text("{\"alg\":\"\(algorithm)\"\(id)\(header)}".utf8) + "." + Self.text("{\(claims)}".utf8)
        return message + "." + Self.text(sign(Data(message.utf8), algorithm))
    }

    private func sign(_ message: Data, _ algorithm: String) -> Data {
        // Signing with a good key does not fail.
        switch algorithm {
        case "RS256": try! rsa.signature(for: SHA256.hash(data: message), padding: .insecurePKCS1v1_5).rawRepresentation
        case "RS512": try! rsa.signature(for: SHA512.hash(data: message), padding: .insecurePKCS1v1_5).rawRepresentation
        case "PS256": try! rsa.signature(for: SHA256.hash(data: message), padding: .PSS).rawRepresentation
        case "PS384": try! rsa.signature(for: SHA384.hash(data: message), padding: .PSS).rawRepresentation
        case "ES256": try! p256.signature(for: SHA256.hash(data: message)).rawRepresentation
        case "ES384": try! p384.signature(for: SHA384.hash(data: message)).rawRepresentation
        case "ES512": try! p521.signature(for: SHA512.hash(data: message)).rawRepresentation
        case "EdDSA": try! ed25519.signature(for: message)
        case "HS256": Data(HMAC<SHA256>.authenticationCode(for: message, using: SymmetricKey(data: secret)))
        case "HS512": Data(HMAC<SHA512>.authenticationCode(for: message, using: SymmetricKey(data: secret)))
        default: Data()
        }
    }

    static func text(_ bytes: some Sequence<UInt8>) -> String {
        let text = String(decoding: Base64.encode(Array(bytes)), as: UTF8.self)
        return text.replacing("=", with: "").replacing("+", with: "-").replacing("/", with: "_")
    }
}

/// A folder of a test's own, removed with it.
final class TestFolder {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "pando-gateway-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)  // A leftover of a test in the temporary folder.
    }

    /// Writes a file in the way that a reader sees all of it or the one before. Returns its path.
    @discardableResult
    func write(_ name: String, _ text: String) throws -> String {
        try text.write(toFile: "\(path)/\(name)", atomically: true, encoding: .utf8)
        return "\(path)/\(name)"
    }
}
