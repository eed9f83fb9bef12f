#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The two clocks of a trace: one that never jumps, for durations, and the one of the wall, for when it began.
///
/// Both in nanoseconds. Tests give clocks of their own.
package struct TelemetryClock: Sendable {
    /// Nanoseconds of a clock that never goes back.
    package var monotonic: @Sendable () -> UInt64
    /// Nanoseconds since 1970.
    package var wall: @Sendable () -> UInt64

    package init(monotonic: @escaping @Sendable () -> UInt64, wall: @escaping @Sendable () -> UInt64) {
        self.monotonic = monotonic
        self.wall = wall
    }

    /// The clocks of the system: about 25 ns a reading, without a system call.
    package static let system = TelemetryClock(monotonic: { read(CLOCK_MONOTONIC) }, wall: { read(CLOCK_REALTIME) })

    private static func read(_ clock: clockid_t) -> UInt64 {
        var time = timespec()
        clock_gettime(clock, &time)
        return UInt64(time.tv_sec) &* 1_000_000_000 &+ UInt64(time.tv_nsec)
    }
}
