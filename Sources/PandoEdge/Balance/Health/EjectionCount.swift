/// How often a server was ejected lately: what makes its next ejection longer.
struct EjectionCount: Sendable, Equatable {
    private(set) var count = 0

    /// Counts an ejection, and says how many nanoseconds it lasts.
    mutating func next(_ settings: OutlierSettings) -> UInt64 {
        let longest = settings.maximumEjection.wholeNanoseconds
        let (time, isTooLong) = settings.ejection.wholeNanoseconds.multipliedReportingOverflow(by: UInt64(count + 1))
        if isTooLong || time >= longest { return longest }
        count += 1
        return time
    }

    /// Takes note of an interval without complaints: one ejection is forgiven.
    mutating func forgive() { count = max(0, count - 1) }
}

extension Duration {
    /// Nanoseconds; 0 for what is negative, and the most that there are for what is longer than 584 years.
    var wholeNanoseconds: UInt64 {
        let (seconds, attoseconds) = components
        guard seconds >= 0, attoseconds >= 0 else { return 0 }
        let (whole, isTooLong) = UInt64(seconds).multipliedReportingOverflow(by: 1_000_000_000)
        let (sum, isLonger) = whole.addingReportingOverflow(UInt64(attoseconds) / 1_000_000_000)
        return isTooLong || isLonger ? .max : sum
    }
}
