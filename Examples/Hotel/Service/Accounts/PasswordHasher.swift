import Crypto
import Foundation
import NIOPosix
import Pando
import Synchronization
import _CryptoExtras

/// Turns passwords into hashes that are slow to guess, and checks them, with scrypt (RFC 7914).
///
/// A hash takes tens of milliseconds and 16 MiB, so hashes are made on threads that may block, and at most
/// ``Cost/queue`` wait at once: one more is refused as overload, before it costs anything.
final class PasswordHasher: Sendable {
    /// How slow a hash is.
    struct Cost: Sendable {
        /// Base-2 logarithm of the number of rounds.
        var logRounds = 14
        /// How often the whole is repeated: with 14 and 5 what OWASP's password storage guide asks for.
        var repetitions = 5
        /// The most hashes in progress or waiting.
        var queue = 64
    }

    private let cost: Cost
    private let pending = Mutex(0)

    init(cost: Cost = Cost()) { self.cost = cost }

    /// The hash of a password with a new salt, in the form `$scrypt$ln=14,r=8,p=5$salt$key`.
    ///
    /// - Throws: `Problem` with `overloaded` where too many wait.
    func hash(_ password: String) async throws -> String {
        let salt = (0..<16).map { _ in UInt8.random(in: .min ... .max) }
        let cost = cost
        let key = try await derive(password, salt, cost)
        return "$scrypt$ln=\(cost.logRounds),r=8,p=\(cost.repetitions)$\(Self.text(salt))$\(Self.text(key))"
    }

    /// Whether a password is the one that a hash was made of. Takes as long without a hash, so that the time of an answer
    /// does not tell which accounts exist.
    func verify(_ password: String, against hash: String?) async throws -> Bool {
        guard let hash = hash.flatMap(StoredHash.init) else {
            _ = try await derive(password, [UInt8](repeating: 0, count: 16), cost)
            return false
        }
        let key = try await derive(password, hash.salt, hash.cost)
        return SymmetricKey(data: key) == SymmetricKey(data: hash.key)  // takes the same time wherever they differ
    }

    private func derive(_ password: String, _ salt: [UInt8], _ cost: Cost) async throws -> [UInt8] {
        let isAdmitted = pending.withLock { pending in
            guard pending < self.cost.queue else { return false }
            pending += 1
            return true
        }
        guard isAdmitted else { throw Problem(.overloaded) }
        defer { pending.withLock { $0 -= 1 } }
        return try await NIOThreadPool.singleton.runIfActive {
            try KDF.Scrypt.deriveKey(
                from: Data(password.utf8),
                salt: salt,
                outputByteCount: 32,
                rounds: 1 << cost.logRounds,
                blockSize: 8,
                parallelism: cost.repetitions
            ).withUnsafeBytes { Array($0) }
        }
    }

    private static func text(_ bytes: [UInt8]) -> String { Data(bytes).base64EncodedString() }
}

/// The parts of a stored hash.
private struct StoredHash {
    let cost: PasswordHasher.Cost
    let salt: [UInt8]
    let key: [UInt8]

    init?(_ text: String) {
        let parts = text.split(separator: "$", omittingEmptySubsequences: false)
        guard parts.count == 5, parts[1] == "scrypt", let salt = Data(base64Encoded: String(parts[3])),
            let key = Data(base64Encoded: String(parts[4]))
        else { return nil }
        let numbers = parts[2].split(separator: ",").compactMap { Int($0.drop { !$0.isNumber }) }
        guard numbers.count == 3, numbers[1] == 8 else { return nil }
        cost = PasswordHasher.Cost(logRounds: numbers[0], repetitions: numbers[2])
        self.salt = Array(salt)
        self.key = Array(key)
    }
}
