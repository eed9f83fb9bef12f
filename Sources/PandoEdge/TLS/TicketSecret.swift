import Crypto

/// Makes ticket keys of a secret and the time (HKDF, RFC 5869), so that all edges with the secret have the same key at the same time
/// without a word between them.
///
/// Time is cut into periods of the rotation's length since 1970, each with a key of its own. The one before still opens, and so
/// does the one after, for edges whose clocks are ahead. Whoever has the secret can read recorded sessions that were
/// resumed with TLS 1.2, and early data: change it now and then.
struct TicketSecret: Sendable {
    private let secret: SymmetricKey
    /// Seconds of a period.
    private let seconds: Int

    init(_ secret: [UInt8], rotation: Duration) {
        self.secret = SymmetricKey(data: secret)
        seconds = max(1, Int(rotation.components.seconds))
    }

    /// The number of the period at a time, in seconds since 1970.
    func period(at time: Int) -> Int { time / seconds }

    /// The keys in a period, the one that seals first.
    func keys(in period: Int) -> [TicketKeys.Key] { [period, period - 1, period + 1].map(key) }

    private func key(of period: Int) -> TicketKeys.Key {
        // Periods of different lengths share no keys, though they may share their numbers.
        let purpose = Array("pando edge session tickets, \(seconds) s, period \(period)".utf8)
        let made = HKDF<SHA256>.deriveKey(
            inputKeyMaterial: secret,
            info: purpose,
            outputByteCount: TicketKeys.Key.count
        )
        guard let key = TicketKeys.Key(bytes: made.withUnsafeBytes { Array($0) }) else {
            fatalError("a derived key has the length that was asked for")
        }
        return key
    }
}
