internal import COpenSSL
internal import Synchronization

#if canImport(Glibc)
    import Glibc
#endif

/// The keys that session tickets are sealed with (RFC 5077, RFC 8446 §4.6.1), shared by all workers of a process.
///
/// The first key seals; the ones before it still open, so that tickets outlive a rotation. Several edges in front of the same
/// names resume each other's sessions if they are given the same keys.
package final class TicketKeys: Sendable {
    /// A key of 80 random bytes: 16 of name, 32 for AES-256, 32 for HMAC-SHA-256.
    package struct Key: Sendable, Equatable {
        static let count = 80

        let bytes: [UInt8]

        /// A new one.
        package init() {
            var bytes = [UInt8](repeating: 0, count: Self.count)
            // Without random numbers nothing in TLS works: stop.
            precondition(RAND_bytes(&bytes, Int32(Self.count)) == 1, "the system has no random numbers")
            self.bytes = bytes
        }

        /// A given one; nil where it has not the right length.
        package init?(bytes: [UInt8]) {
            guard bytes.count == Self.count else { return nil }
            self.bytes = bytes
        }

        var name: ArraySlice<UInt8> { bytes[0..<16] }
        var cipher: ArraySlice<UInt8> { bytes[16..<48] }
        var mac: ArraySlice<UInt8> { bytes[48..<80] }
    }

    /// How many older keys still open tickets.
    private static let kept = 2

    private let keys: Mutex<[Key]>
    private let schedule = Mutex<(interval: Duration?, since: ContinuousClock.Instant)>((nil, .now))
    /// What keys are made of; nil where they are random.
    private let secret: TicketSecret?
    /// The period of the secret's keys that are in use.
    private let period: Mutex<Int>

    /// Starts with keys that were given, the one that seals first, or with one of its own.
    package init(_ keys: [Key] = []) {
        self.keys = Mutex(keys.isEmpty ? [Key()] : keys)
        secret = nil
        period = Mutex(0)
    }

    /// Makes keys of a secret, the same on all edges that have it; they change by themselves.
    package init(secret: [UInt8], rotation: Duration) {
        let made = TicketSecret(secret, rotation: rotation)
        let now = made.period(at: Int(time(nil)))
        self.secret = made
        period = Mutex(now)
        keys = Mutex(made.keys(in: now))
    }

    /// Rotates from now on where a handshake comes and the key is as old as this.
    package func rotate(every interval: Duration) { schedule.withLock { $0.interval = interval } }

    /// Rotates where it is time to.
    func keepFresh(at now: ContinuousClock.Instant = .now) {
        if let secret { return derive(from: secret, at: Int(time(nil))) }
        let isDue = schedule.withLock { schedule in
            guard let interval = schedule.interval, now - schedule.since >= interval else { return false }
            schedule.since = now
            return true
        }
        if isDue { rotate() }
    }

    /// Has the keys of a time, in seconds since 1970.
    private func derive(from secret: TicketSecret, at seconds: Int) {
        let now = secret.period(at: seconds)
        let isOther = period.withLock { period in
            defer { period = now }
            return period != now
        }
        if isOther { replace(with: secret.keys(in: now)) }
    }

    /// Seals with a key from now on; the one before it opens for two more rotations.
    package func rotate(to key: Key = Key()) {
        keys.withLock { keys in keys = [key] + keys.prefix(Self.kept) }
    }

    /// Takes the place of all keys, where they are given from outside.
    package func replace(with given: [Key]) {
        precondition(!given.isEmpty, "tickets need a key")
        keys.withLock { $0 = given }
    }

    /// Rotates for ever.
    ///
    /// - Throws: `CancellationError` where it is cancelled, and nothing else.
    package func run(every interval: Duration, clock: some Clock<Duration>) async throws {
        while true {
            try await clock.sleep(for: interval)
            rotate()
        }
    }

    var sealing: Key { keys.withLock { $0[0] } }

    /// The key of a name, and whether it is the one that seals.
    func opening(_ name: UnsafeBufferPointer<UInt8>) -> (key: Key, isCurrent: Bool)? {
        keys.withLock { keys in
            guard let place = keys.firstIndex(where: { $0.name.elementsEqual(name) }) else { return nil }
            return (keys[place], place == 0)
        }
    }
}

extension TicketKeys {
    /// Seals or opens a ticket for OpenSSL (SSL_CTX_set_tlsext_ticket_key_evp_cb(3)).
    ///
    /// - Returns: -1 failed, 0 not our key: a full handshake, 1 done, 2 opened and to be sealed again.
    func prepare(
        name: UnsafeMutablePointer<UInt8>,
        vector: UnsafeMutablePointer<UInt8>,
        cipher: OpaquePointer,
        mac: OpaquePointer,
        seals: Bool,
        isSingleUse: Bool
    ) -> Int32 {
        keepFresh()
        guard seals else {
            guard let (key, isCurrent) = opening(UnsafeBufferPointer(start: name, count: 16)) else { return 0 }
            guard Self.set(key, vector, cipher, mac, EVP_DecryptInit_ex2) else { return -1 }
            // A ticket of TLS 1.3 is meant for one use, so each resumption gives a new one (RFC 8446 §C.4).
            return isCurrent && !isSingleUse ? 1 : 2
        }
        let key = sealing
        guard RAND_bytes(vector, 16) == 1, Self.set(key, vector, cipher, mac, EVP_EncryptInit_ex2) else { return -1 }
        for (index, octet) in key.name.enumerated() { name[index] = octet }
        return 1
    }

    private typealias Start = (
        OpaquePointer?, OpaquePointer?, UnsafePointer<UInt8>?, UnsafePointer<UInt8>?, UnsafePointer<OSSL_PARAM>?
    ) -> Int32

    private static func set(
        _ key: Key,
        _ vector: UnsafePointer<UInt8>,
        _ cipher: OpaquePointer,
        _ mac: OpaquePointer,
        _ start: Start
    ) -> Bool {
        var secret = Array(key.mac)
        return start(cipher, EVP_aes_256_cbc(), Array(key.cipher), vector, nil) == 1
            && pando_set_ticket_mac(mac, &secret, secret.count) == 1
    }
}
