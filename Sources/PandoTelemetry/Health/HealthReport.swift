/// How a process is: the answer of `/readyz` and `/health`, as JSON.
public struct HealthReport: Sendable, Codable {
    /// The outcome of one check.
    public struct Check: Sendable, Codable {
        /// What was checked.
        public let name: String
        /// Whether all was well.
        public let isHealthy: Bool
        /// Whether readiness needs it.
        public let isRequired: Bool
        /// How long the check took, in seconds.
        public let durationSeconds: Double
        /// What was wrong.
        public let error: String?

        private enum CodingKeys: String, CodingKey {
            case name
            case isHealthy = "healthy"
            case isRequired = "required"
            case durationSeconds, error
        }
    }

    /// Whether the process may be sent work.
    public let isReady: Bool
    /// The phase of its life.
    public let phase: HealthRegistry.Phase
    /// Seconds since the registry was made.
    public let uptimeSeconds: Double
    /// The checks by name.
    public let checks: [Check]

    private enum CodingKeys: String, CodingKey {
        case isReady = "ready"
        case phase, uptimeSeconds, checks
    }

    init(phase: HealthRegistry.Phase, uptimeSeconds: Double, checks: [Check]) {
        isReady = phase == .ready && checks.allSatisfy { $0.isHealthy || !$0.isRequired }
        self.phase = phase
        self.uptimeSeconds = uptimeSeconds
        self.checks = checks
    }
}
