import Synchronization

/// The bytes that bodies may take on their way into the cache, of all fills together: those that are kept to be stored, and those that a
/// slow reader has still to get of a body that will not be.
final class FillBudget: Sendable {
    private let limit: Int
    private let used = Atomic<Int>(0)

    init(_ limit: Int) { self.limit = limit }

    /// Takes bytes; false where there are not so many left.
    func take(_ bytes: Int) -> Bool {
        let (_, new) = used.wrappingAdd(bytes, ordering: .relaxed)
        if new <= limit { return true }
        used.wrappingSubtract(bytes, ordering: .relaxed)
        return false
    }

    func give(_ bytes: Int) {
        if bytes > 0 { used.wrappingSubtract(bytes, ordering: .relaxed) }
    }

    /// How many are taken.
    var count: Int { used.load(ordering: .relaxed) }
}
