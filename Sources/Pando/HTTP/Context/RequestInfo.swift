/// What the front middleware found out about a request. Shared by all copies of its context.
final class RequestInfo: Sendable {
    let id: String
    let client: ClientAddress
    let isSecure: Bool
    let decodedBodyBytes: Int
    let session: RequestSession

    /// For a context that no front middleware has seen.
    static let none = RequestInfo(
        id: "",
        client: .local,
        isSecure: false,
        decodedBodyBytes: 1024 * 1024,
        session: RequestSession(store: nil, isSecure: false, session: nil)
    )

    init(id: String, client: ClientAddress, isSecure: Bool, decodedBodyBytes: Int, session: RequestSession) {
        self.id = id
        self.client = client
        self.isSecure = isSecure
        self.decodedBodyBytes = decodedBodyBytes
        self.session = session
    }
}
