import Pando

/// The API for phones. It has no data of its own, only another view of the other domains.
struct Mobile: Domain {
    static let name = "mobile"

    func register(_ domain: inout DomainBuilder) throws {
        let routes = MobileRoutes(domains: domain.system)
        domain.routes { routes.add(to: $0) }
    }
}
