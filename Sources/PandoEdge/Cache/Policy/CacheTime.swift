/// A moment on the clock that dates in HTTP are on: milliseconds since 1970.
///
/// Milliseconds, because with whole seconds an answer that is fresh for one second would at times not be fresh at all. Time
/// comes in as an argument everywhere in the cache; nothing here reads a clock.
package struct CacheTime: Sendable, Hashable, Comparable {
    package var milliseconds: Int64

    package init(milliseconds: Int64) { self.milliseconds = milliseconds }

    package init(seconds: Int64) { milliseconds = seconds &* 1000 }

    /// Whole seconds since 1970.
    package var seconds: Int64 { milliseconds / 1000 }

    package static func < (left: CacheTime, right: CacheTime) -> Bool { left.milliseconds < right.milliseconds }

    /// This moment and so many seconds.
    package static func + (left: CacheTime, seconds: Int64) -> CacheTime {
        let (sum, overflow) = left.milliseconds.addingReportingOverflow(seconds &* 1000)
        return CacheTime(milliseconds: overflow ? .max : sum)
    }
}
