extension EdgeConfiguration {
    func checkAccess(_ route: Route, _ path: String, _ issues: inout IssueList) {
        if let jwt = route.jwt { check(jwt, "\(path).authentication.jwt", &issues) }
        if route.mutualTLS != nil, !listeners.contains(where: { $0.clientCertificates != nil }) {
            let problem = "no listener asks clients for certificates, so that every request gets 403"
            let remedy = "add 'clientCertificates' to the listener"
            issues.error("\(path).authentication.mutualTLS", problem, remedy)
        }
        if let cors = route.cors { check(cors, "\(path).cors", &issues) }
        if let openAPI = route.openAPI { issues.checkFile(openAPI.file, "\(path).openAPI") }
        let setsHost = route.requestHeaders.set.contains { $0.name == "host" }
        let addsHost =
            route.requestHeaders.add.contains { $0.name == "host" } || route.requestHeaders.remove.contains("host")
        if addsHost, !setsHost {
            issues.error("\(path).requestHeaders", "a request has Host once", "use 'set' for Host")
        }
        checkFraming(route.requestHeaders, "\(path).requestHeaders", &issues)
        checkFraming(route.responseHeaders, "\(path).responseHeaders", &issues)
    }

    private static let framing = ["content-length", "transfer-encoding", "connection", "upgrade", "te", "trailer"]

    /// Fields that frame a message are the edge's own: changing them is request smuggling (RFC 9112 §11.2).
    private func checkFraming(_ changes: HeaderChanges, _ path: String, _ issues: inout IssueList) {
        let names = changes.set.map(\.name) + changes.add.map(\.name) + changes.remove
        for name in Self.framing where names.contains(name) {
            issues.error(path, "'\(name)' frames messages and cannot be changed", "remove it")
        }
    }

    private func check(_ jwt: JWT, _ path: String, _ issues: inout IssueList) {
        if case .file(let file) = jwt.keys { issues.checkFile(file, "\(path).keys") }
        for field in jwt.forward.values.sorted() where Self.framing.contains(field.lowercased()) || field == "host" {
            issues.error(
                "\(path).forward",
                "'\(field)' frames or routes messages and can tell no claim",
                "use another field"
            )
        }
        if jwt.audience.isEmpty {
            let problem = "a token for any other service is good here too"
            issues.warn("\(path)", problem, "add 'audience'")
        }
        if jwt.issuer == nil, case .url = jwt.keys {
            issues.warn("\(path)", "the issuer is not looked at", "add 'issuer'")
        }
        if jwt.optional, !jwt.require.isEmpty {
            let problem = "a request without a token passes, whatever claims are required"
            issues.warn("\(path).optional", problem, "remove it, or 'require'")
        }
    }

    private func check(_ cors: CORS, _ path: String, _ issues: inout IssueList) {
        if cors.origins.isEmpty { issues.error("\(path).origins", "no origin is named", "add one") }
        if cors.origins.contains("*"), cors.origins.count > 1 {
            issues.error("\(path).origins", "'*' beside other origins", "keep '*' alone, or remove it")
        }
        if cors.origins.contains("*"), cors.credentials {
            let problem = "browsers refuse credentials for every origin, and rightly"
            issues.error("\(path).credentials", problem, "name the origins")
        }
    }
}
