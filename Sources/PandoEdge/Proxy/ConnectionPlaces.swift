/// How many connections a listener has, on all workers together.
final class ConnectionPlaces: Sendable {
    private let places = CountedPlaces()
    /// Those of each client, where that is bounded.
    let addresses = AddressPlaces()

    var count: Int { places.count }

    func enter(atMost limit: Int) -> Bool { places.enter(atMost: limit) }

    func leave() { places.leave() }
}
