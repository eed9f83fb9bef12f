import PandoCache
import Synchronization

/// What the front middleware found out about a request. Shared by all copies of its context.
final class RequestInfo: Sendable {
    let id: String
    let client: RequestIdentity.Client
    let decodedBodyBytes: Int
    let session: RequestSession
    private let madeOf = Mutex(TagSet(.madeOf))

    /// For a context that no front middleware has seen.
    static let none = RequestInfo(
        id: "",
        client: RequestIdentity.Client(address: .local, isSecure: false, isBehindProxy: false),
        decodedBodyBytes: 1024 * 1024,
        session: RequestSession(store: nil, isSecure: false, session: nil)
    )

    init(id: String, client: RequestIdentity.Client, decodedBodyBytes: Int, session: RequestSession) {
        self.id = id
        self.client = client
        self.decodedBodyBytes = decodedBodyBytes
        self.session = session
    }

    /// What caches in front are to tag the answer with.
    var cacheTags: [String] { madeOf.withLock { $0.listed } }

    /// The answer is made of these. Nobody is told where nobody stands in front.
    func addCacheTags(_ tags: [String]) {
        guard client.isBehindProxy else { return }
        madeOf.withLock { madeOf in
            for tag in tags { madeOf.insert(tag) }
        }
    }
}
