import Synchronization

/// How a server stands by the results of active checks. What a check is, and when it is made, is another's business.
package struct ActiveHealth: Sendable, Equatable {
    enum Standing: UInt8, AtomicRepresentable, Sendable {
        case unproven
        case down
        case up
    }

    private(set) var standing: Standing
    /// Results in a row that speak against the standing.
    private var against = 0

    init(standing: Standing) { self.standing = standing }

    init(_ settings: Settings?) {
        standing = settings?.isFailClosed == true ? .unproven : settings?.startsUp == false ? .down : .up
    }

    /// Takes a result in, and says whether the standing changed by it.
    mutating func probed(_ passed: Bool, _ settings: Settings) -> Bool {
        let isUp = standing == .up
        guard passed != isUp else {
            against = 0
            return false
        }
        against += 1
        guard against >= (isUp ? settings.fall : settings.rise) else { return false }
        against = 0
        standing = isUp ? .down : .up
        return true
    }
}

extension ActiveHealth {
    /// When the results of active checks change how a server stands.
    package struct Settings: Sendable, Equatable {
        /// So many passed in a row bring a server up.
        package var rise: Int
        /// So many failed in a row take it down.
        package var fall: Int
        /// Whether a server is used before its first checks.
        package var startsUp: Bool
        /// Whether a server is used only after it was proven to work once, whatever ``startsUp`` and the panic threshold say. One that a
        /// reload takes over stands as it stood.
        package var isFailClosed: Bool

        /// Sets the thresholds.
        package init(rise: Int = 2, fall: Int = 3, startsUp: Bool = true, isFailClosed: Bool = false) {
            self.rise = max(1, rise)
            self.fall = max(1, fall)
            self.startsUp = startsUp
            self.isFailClosed = isFailClosed
        }
    }
}
