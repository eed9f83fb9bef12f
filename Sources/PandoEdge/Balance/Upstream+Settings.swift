extension Upstream {
    /// How an upstream chooses and what it bears. The defaults are for several equal servers of HTTP.
    package struct Settings: Sendable {
        /// How it chooses among the servers that are usable.
        package var balance: Balance
        /// Whether servers that are not local get requests only while no local one is usable, or all local ones are full.
        package var prefersLocal: Bool
        /// How long a server that has become healthy takes to reach its full share; from a tenth on, in a straight line.
        package var slowStart: Duration
        /// Where a smaller share of the primary servers is healthy, all are used: it is likelier then that the checks are wrong, or that the rest
        /// breaks under the load of all. 0 is never. Not for servers that are unproven or drained, nor where a backup is healthy and no primary.
        package var panicThreshold: Double
        /// When active checks change how a server stands; nil where there are none.
        package var activeHealth: ActiveHealth.Settings?
        /// When requests put a server out of use; nil is never.
        package var outliers: OutlierSettings?
        /// What it bears at a time.
        package var limits: UpstreamLimits
        /// How many retries it bears.
        package var retries: RetrySettings
        /// When a request is sent a second time; nil is never.
        package var hedge: HedgeSettings?
        /// How many requests are sent a second time beside a slow first.
        package var hedges: RetrySettings
        /// The cookie that binds a client to a server; nil is none.
        package var sticky: StickyCookie?

        /// Sets it up.
        package init(
            balance: Balance = .powerOfTwo(),
            prefersLocal: Bool = false,
            slowStart: Duration = .zero,
            panicThreshold: Double = 0.2,
            activeHealth: ActiveHealth.Settings? = nil,
            outliers: OutlierSettings? = OutlierSettings(),
            limits: UpstreamLimits = UpstreamLimits(),
            retries: RetrySettings = RetrySettings(),
            hedge: HedgeSettings? = nil,
            hedges: RetrySettings = RetrySettings(),
            sticky: StickyCookie? = nil
        ) {
            self.balance = balance
            self.prefersLocal = prefersLocal
            self.slowStart = slowStart
            self.panicThreshold = panicThreshold
            self.activeHealth = activeHealth
            self.outliers = outliers
            self.limits = limits
            self.retries = retries
            self.hedge = hedge
            self.hedges = hedges
            self.sticky = sticky
        }
    }
}
