/// What a process does.
public enum Role: String, Sendable, Hashable, Codable, CaseIterable {
    /// Answers the app's requests.
    case web
    /// Consumes messages, runs schedules and projections.
    case worker
    /// Stands in front of the web nodes: balances load, ends TLS, caches answers, is the API gateway.
    case edge
    /// Answers DNS queries with the nodes that are well.
    case nameserver
    /// Everything in one process.
    case all

    /// Whether a node of this role answers the app's requests.
    public var servesWeb: Bool { self == .web || self == .all }
    /// Whether a node of this role consumes messages.
    public var consumesMessages: Bool { self == .worker || self == .all }
    /// Whether a node of this role runs the app's own code.
    public var runsApp: Bool { servesWeb || consumesMessages }
}
