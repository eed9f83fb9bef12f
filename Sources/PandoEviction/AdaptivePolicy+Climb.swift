/// Decides how far the window of an ``AdaptivePolicy`` moves, from the hit ratio of one sample to the next.
///
/// A change that is larger than chance explains steers: better means on, worse means back. Below that the climb keeps
/// its direction and its reference, and turns at the ends of the range, so that it walks across a plain instead of
/// trembling at its edge (a window that is far too small gives no slope to feel), while a slow decline adds up against
/// the reference until it steers. The constants were chosen on the traces of the tests.
struct HillClimber {
    /// The first step, and the step after a large change, as a share of the maximum weight.
    static let stepShare = 0.0625
    /// A change of the hit ratio that starts the climb anew: the work changed.
    static let restart = 0.15
    /// By how much a step shrinks each time that a change steers.
    static let decay = 0.8
    /// The standard errors of the difference of two samples below which a change counts as chance.
    static let chance = 2.0

    private let maximumWeight: Double
    private var step: Double
    private var reference = 0.0
    var hits = 0
    var misses = 0

    /// The first step makes the window smaller, towards frequency.
    init(maximumWeight: Int) {
        self.maximumWeight = Double(maximumWeight)
        step = -Self.stepShare * Double(maximumWeight)
    }

    /// The bytes by which the window is to grow (or shrink, below 0) once `sampleSize` reads were seen, else 0.
    mutating func adjustment(sampleSize: Int, atFloor: Bool, atCeiling: Bool) -> Int {
        let reads = hits + misses
        guard reads >= sampleSize else { return 0 }
        let ratio = Double(hits) / Double(reads)
        let change = ratio - reference
        let share = min(max(ratio, reference), 0.5)
        var amount = step
        if abs(change) > Self.chance * (2 * share * (1 - share) / Double(reads)).squareRoot() {
            amount = change >= 0 ? step : -step
            let whole = Self.stepShare * maximumWeight * (amount >= 0 ? 1 : -1)
            step = abs(change) >= Self.restart ? whole : Self.decay * amount
            reference = ratio
        } else if (atFloor && step < 0) || (atCeiling && step > 0) {
            amount = -step
            step = amount
        }
        hits = 0
        misses = 0
        return Int(amount)
    }
}

extension AdaptivePolicy {
    /// How many entries one call may move between the spaces, so that no caller pays for a large step; what is left
    /// over of a step follows with later calls.
    static let movesPerCall = 1000

    /// Moves the border between window and main when a sample is complete, or goes on with the last move.
    mutating func climb() {
        let due = climber.adjustment(
            sampleSize: sketch.sampleSize,
            atFloor: windowMaximum <= windowMinimum,
            atCeiling: protectedMaximum == 0
        )
        if due != 0 { pendingAdjustment = due }
        demoteProtected()
        if pendingAdjustment > 0 { growWindow() } else if pendingAdjustment < 0 { shrinkWindow() }
    }

    /// Lets the oldest protected entries fall back to probation while they are over their share.
    mutating func demoteProtected() {
        var moves = 0
        while protected.weight > protectedMaximum, moves < Self.movesPerCall {
            let slot = protected.head
            nodes.unlink(slot, from: &protected)
            nodes[slot].list = Queue.probation
            nodes.append(slot, to: &probation)
            moves += 1
        }
    }

    private mutating func growWindow() {
        var quota = min(pendingAdjustment, protectedMaximum)
        protectedMaximum -= quota
        windowMaximum += quota
        demoteProtected()
        var moves = 0
        while moves < Self.movesPerCall {
            let fromProbation = probation.head != .none && nodes.weight(of: probation.head) <= quota
            let slot = fromProbation ? probation.head : protected.head
            guard slot != .none, nodes.weight(of: slot) <= quota else { break }
            quota -= nodes.weight(of: slot)
            if fromProbation { nodes.unlink(slot, from: &probation) } else { nodes.unlink(slot, from: &protected) }
            nodes[slot].list = Queue.window
            nodes.append(slot, to: &window)
            moves += 1
        }
        finishMove(leftOver: quota, moves: moves)
    }

    private mutating func shrinkWindow() {
        var quota = min(-pendingAdjustment, max(0, windowMaximum - windowMinimum))
        protectedMaximum += quota
        windowMaximum -= quota
        var moves = 0
        while moves < Self.movesPerCall, window.head != .none, nodes.weight(of: window.head) <= quota {
            let slot = window.head
            quota -= nodes.weight(of: slot)
            nodes.unlink(slot, from: &window)
            nodes[slot].list = Queue.probation
            nodes.append(slot, to: &probation)
            moves += 1
        }
        finishMove(leftOver: -quota, moves: moves)
    }

    /// Gives back the part of the step that no entry moved for; it is tried again while entries did move.
    private mutating func finishMove(leftOver: Int, moves: Int) {
        protectedMaximum += leftOver
        windowMaximum -= leftOver
        pendingAdjustment = leftOver
    }
}
