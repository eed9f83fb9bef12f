import Hummingbird
import PandoDatabase
import PandoEvents
import PandoMessaging
import ServiceLifecycle

/// What a domain has said to consist of, while the node is put together.
final class DomainParts {
    let name: String
    var migrations: [Migration] = []
    var routes: [(RouterGroup<AppContext>) throws -> Void] = []
    var services: [any Service] = []
    var readModels: [ReadModel] = []
    var beforeServing: [@Sendable () async throws -> Void] = []
    var messaging: Messaging?

    init(name: String) {
        self.name = name
    }
}
