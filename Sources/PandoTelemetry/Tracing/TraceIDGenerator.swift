import Synchronization

/// Makes ids that do not repeat within a process and are as good as random between processes.
///
/// A counter that starts at a random place goes through SplitMix64's finalizer, which maps each number to another one:
/// an id costs one relaxed atomic addition where the system's random generator costs a system call.
final class TraceIDGenerator: Sendable {
    private static let step: UInt64 = 0x9E37_79B9_7F4A_7C15
    private let counter: Atomic<UInt64>
    private let prefix: UInt64

    init(seed: UInt64, prefix: UInt64) {
        counter = Atomic(seed)
        self.prefix = prefix
    }

    convenience init() {
        self.init(seed: .random(in: .min ... .max), prefix: .random(in: 1 ... .max))
    }

    func traceID() -> TraceID { TraceID(high: prefix ^ next(), low: nonZero()) }

    func spanID() -> SpanID { SpanID(nonZero()) }

    private func nonZero() -> UInt64 {
        let value = next()
        return value == 0 ? next() : value
    }

    private func next() -> UInt64 {
        var value = counter.wrappingAdd(Self.step, ordering: .relaxed).newValue
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}
