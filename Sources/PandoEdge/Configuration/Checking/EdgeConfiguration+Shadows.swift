extension EdgeConfiguration {
    /// Routes that can never match, since another takes all that they would.
    ///
    /// Only a route for the same host and the same path can stand before another for all of its requests: a stronger host or
    /// path takes less than a weaker one.
    func checkShadows(_ issues: inout IssueList) {
        let ranked = RankedRoute.all(of: self)
        var alive: Set<Int> = []
        var shadows: [Int: (RankedRoute, by: RankedRoute)] = [:]
        for (_, group) in Dictionary(grouping: ranked, by: \.place) {
            let sorted = group.sorted()
            for (index, route) in sorted.enumerated() {
                if let stronger = sorted[..<index].first(where: { $0.takesAll(of: route) }) {
                    shadows[route.index] = (route, by: stronger)
                } else {
                    alive.insert(route.index)
                }
            }
        }
        let routes = allRoutes
        for (index, shadow) in shadows.sorted(by: { $0.key < $1.key }) {
            let path = routes[index].keyPath
            let other = routes[shadow.by.index].keyPath
            let host = shadow.by.hostText.map { " for the host '\($0)'" } ?? ""
            let problem = "can never match\(host): another route takes all of it"
            let remedy = "remove one, or give it another host, path, method or header"
            if alive.contains(index) {
                issues.warn(path, problem, remedy, other: other)
            } else {
                issues.error(path, problem, remedy, other: other)
            }
        }
    }
}
