import Dispatch
import Foundation
import PandoTopology

/// Calls again and again, on a thread of its own that may wait for the resolver.
final class NameWatch: Sendable {
    private let ending = DispatchSemaphore(value: 0)

    /// Begins; the first call is made when the time has passed once.
    func begin(every interval: Duration, _ look: @escaping @Sendable () -> Void) {
        let nanoseconds = Int(clamping: interval.wholeNanoseconds)
        let thread = Thread { [ending] in
            while ending.wait(timeout: .now() + .nanoseconds(nanoseconds)) == .timedOut { look() }
        }
        thread.name = "edge names"
        thread.start()
    }

    /// Makes no further call; one that is under way comes to its end.
    func end() { ending.signal() }
}
