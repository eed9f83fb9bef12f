/// When a server's requests put it out of use for a while (passive health), and for how long.
///
/// The names and the growth of the time are Envoy's (outlier detection). Other than there, a server is compared with the pooled figures of all
/// others and not by standard deviations: among four servers none can lie more than 1.5 deviations off, however bad it is.
package struct OutlierSettings: Sendable, Equatable {
    /// So many failures in a row eject; 0 is never.
    package var errorsInARow: Int
    /// Whether an answer with a status of 500 and above is a failure. Where not, only servers that do not answer are ejected.
    package var countsServerErrors: Bool
    /// How often servers are compared with each other.
    package var interval: Duration
    /// Fewer requests in an interval say nothing of a server.
    package var minimumRequests: Int
    /// A share of failures that lies by so much above that of the others ejects (0.2: 20 percentage points); nil is never.
    package var failureMargin: Double?
    /// A mean latency of so many times that of the others ejects; nil is never. Few need it: ``Balance/powerOfTwo(decay:)`` avoids a slow
    /// server by itself, and still uses what it can do.
    package var latencyFactor: Double?
    /// How long the first ejection lasts; the next lasts twice, three times as long, unless the server behaved for some intervals.
    package var ejection: Duration
    /// The longest ejection.
    package var maximumEjection: Duration
    /// The largest share of the servers that is ejected at a time. One may always be where there are two or more, the only one never.
    package var maximumShare: Double

    /// Sets the thresholds.
    package init(
        errorsInARow: Int = 5,
        countsServerErrors: Bool = true,
        interval: Duration = .seconds(10),
        minimumRequests: Int = 50,
        failureMargin: Double? = 0.2,
        latencyFactor: Double? = nil,
        ejection: Duration = .seconds(30),
        maximumEjection: Duration = .seconds(300),
        maximumShare: Double = 0.5
    ) {
        self.errorsInARow = errorsInARow
        self.countsServerErrors = countsServerErrors
        self.interval = interval
        self.minimumRequests = max(1, minimumRequests)
        self.failureMargin = failureMargin
        self.latencyFactor = latencyFactor
        self.ejection = ejection
        self.maximumEjection = maximumEjection
        self.maximumShare = maximumShare
    }

    /// How many of so many servers may be ejected at a time.
    func allowed(of servers: Int) -> Int {
        servers < 2 ? 0 : max(1, Int(maximumShare * Double(servers)))
    }
}
