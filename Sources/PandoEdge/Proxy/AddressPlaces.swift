import Synchronization

/// How many connections each client has at a listener, on all workers. Holds those alone that have one.
final class AddressPlaces: Sendable {
    fileprivate struct Key: Hashable {
        let high: UInt64
        let low: UInt64
    }

    private let counts = Mutex<[Key: Int]>([:])

    /// How many clients have a connection that is counted.
    var clients: Int { counts.withLock { $0.count } }

    /// Takes a place for a client; nil where it has as many as it may.
    func enter(_ client: (high: UInt64, low: UInt64), atMost limit: Int) -> AddressPlace? {
        let key = Key(high: client.high, low: client.low)
        let isIn = counts.withLock { counts -> Bool in
            let count = counts[key, default: 0]
            if count >= limit { return false }
            counts[key] = count + 1
            return true
        }
        return isIn ? AddressPlace(self, key) : nil
    }

    fileprivate func leave(_ key: Key) {
        counts.withLock { counts in
            let count = counts[key, default: 1]
            counts[key] = count == 1 ? nil : count - 1
        }
    }
}

/// A connection's place among those of its client; it is given back with the object.
final class AddressPlace: Sendable {
    private let places: AddressPlaces?
    private let key: AddressPlaces.Key

    /// The place of a connection that is not counted.
    static let uncounted = AddressPlace(nil, .init(high: 0, low: 0))

    fileprivate init(_ places: AddressPlaces?, _ key: AddressPlaces.Key) {
        self.places = places
        self.key = key
    }

    deinit {
        places?.leave(key)
    }
}

extension Site {
    /// The place of a new connection; nil where its client may not have one.
    func admit(_ client: SocketAddress?) -> AddressPlace? {
        if let deny = generation.deny, deny.refuses(client) { return nil }
        guard let limit = listener.limits.connectionsPerAddress, let octets = client?.octets else { return .uncounted }
        return places.addresses.enter(octets, atMost: limit)
    }
}
