extension EdgeConfiguration {
    /// What is wrong with the descriptions and the keys that routes name: found at the start too, and here without starting.
    package var namedFileIssues: [EdgeIssue] {
        var issues: [EdgeIssue] = []
        _ = KeySource.all(of: self, adopting: [], &issues)
        for placed in allRoutes {
            guard let openAPI = placed.route.openAPI else { continue }
            do throws(EdgeIssue) {
                _ = try OpenAPIPlan.load(openAPI, adopting: nil, placed.keyPath)
            } catch {
                issues.append(error)
            }
        }
        return issues
    }
}
