import Dispatch
import Foundation
import PandoTopology

/// Calls again and again, on a thread of its own that may block.
final class PeriodicCall: Sendable {
    private let name: String
    private let ending = DispatchSemaphore(value: 0)

    /// - Parameter name: What the thread is called.
    init(_ name: String) { self.name = name }

    /// Begins; the first call is made when the time has passed once.
    func begin(every interval: Duration, _ look: @escaping @Sendable () -> Void) {
        let nanoseconds = Int(clamping: interval.wholeNanoseconds)
        let thread = Thread { [ending] in
            while ending.wait(timeout: .now() + .nanoseconds(nanoseconds)) == .timedOut { look() }
        }
        thread.name = name
        thread.start()
    }

    /// Makes no further call; one that is under way comes to its end.
    func end() { ending.signal() }
}
