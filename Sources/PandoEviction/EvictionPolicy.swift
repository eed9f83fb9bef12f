/// What decides who leaves a full cache: a pure state machine over slots, weights and hashes.
///
/// The owner calls ``insert(_:hash:weight:)``, ``touch(_:)``, ``reweigh(_:to:)`` and ``remove(_:)`` as entries come,
/// are read, change and go, and then ``evict(into:)``, which restores the bound. A policy allocates nothing for a
/// slot that was used before.
package protocol EvictionPolicy: Sendable {
    /// A policy that keeps the sum of weights at or below `maximumWeight`.
    init(maximumWeight: Int, seed: UInt64)

    /// The sum of the weights held.
    var weight: Int { get }

    /// The hash of a slot, as long as it is held or its number was not used again.
    func hash(of slot: Slot) -> UInt64

    /// Takes in a slot that is not held. Weights are 1 … `UInt32.max`.
    mutating func insert(_ slot: Slot, hash: UInt64, weight: Int)

    /// Notes a read of a held slot.
    mutating func touch(_ slot: Slot)

    /// Changes the weight of a held slot.
    mutating func reweigh(_ slot: Slot, to weight: Int)

    /// Lets go of a held slot.
    mutating func remove(_ slot: Slot)

    /// Lets go of slots until the weight is within its bound and appends them to `victims`; a slot just inserted may
    /// be among them.
    mutating func evict(into victims: inout [Slot])
}
