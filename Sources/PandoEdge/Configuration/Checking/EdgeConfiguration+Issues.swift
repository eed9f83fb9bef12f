extension EdgeConfiguration {
    /// Why this cannot be run, and what is risky about it; empty for neither.
    ///
    /// Looks at the files that are named, and at nothing else of the system. The issues have key paths and no lines.
    ///
    /// - Parameter environment: Where secrets may be.
    public func issues(environment: [String: String] = [:]) -> [EdgeIssue] {
        let names = Set(upstreams.map(\.name))
        var issues = IssueList(upstreams: names, environment: environment)
        checkListeners(&issues)
        for upstream in upstreams { check(upstream, &issues) }
        checkRoutes(&issues)
        checkShadows(&issues)
        checkOperation(&issues)
        return issues.found
    }
}

/// Collects what is found, with what is asked often.
struct IssueList {
    /// The names of the upstreams.
    let upstreams: Set<String>
    let environment: [String: String]
    private(set) var found: [EdgeIssue] = []

    init(upstreams: Set<String>, environment: [String: String]) {
        self.upstreams = upstreams
        self.environment = environment
    }

    mutating func error(_ keyPath: String, _ problem: String, _ remedy: String, other: String? = nil) {
        found.append(EdgeIssue(.error, keyPath, problem, remedy, other: other))
    }

    mutating func warn(_ keyPath: String, _ problem: String, _ remedy: String, other: String? = nil) {
        found.append(EdgeIssue(.warning, keyPath, problem, remedy, other: other))
    }
}
