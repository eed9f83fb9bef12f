/// What the front middleware found out about a request. Shared by all copies of its context.
final class RequestInfo: Sendable {
    let id: String
    let client: ClientAddress
    let isSecure: Bool
    let decodedBodyBytes: Int

    /// For a context that no front middleware has seen.
    static let none = RequestInfo(id: "", client: .local, isSecure: false, decodedBodyBytes: 1024 * 1024)

    init(id: String, client: ClientAddress, isSecure: Bool, decodedBodyBytes: Int) {
        self.id = id
        self.client = client
        self.isSecure = isSecure
        self.decodedBodyBytes = decodedBodyBytes
    }
}
