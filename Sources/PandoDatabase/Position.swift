/// A place in a database's log of commits. Every commit yields one; a session carries its last.
///
/// Positions of one timeline are ordered by sequence. A restore or a failover begins a new, greater timeline, whose
/// positions are all later: commits that the older timeline made after the split are not in it.
public struct Position: Hashable, Comparable, Sendable, Codable {
    /// The number of the database's incarnation, from 1.
    public let timeline: Int64
    /// The number of the commit within it.
    public let sequence: Int64

    /// Makes a position.
    public init(timeline: Int64, sequence: Int64) {
        self.timeline = timeline
        self.sequence = sequence
    }

    /// Orders by timeline, then by sequence.
    public static func < (left: Position, right: Position) -> Bool {
        (left.timeline, left.sequence) < (right.timeline, right.sequence)
    }
}

extension Position: LosslessStringConvertible {
    /// `timeline/sequence` in decimal.
    public var description: String { "\(timeline)/\(sequence)" }

    /// Parses `timeline/sequence`; nil otherwise.
    public init?(_ text: String) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, let timeline = Int64(parts[0]), let sequence = Int64(parts[1]), timeline >= 0,
            sequence >= 0
        else { return nil }
        self.init(timeline: timeline, sequence: sequence)
    }
}
