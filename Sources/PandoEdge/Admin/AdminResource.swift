/// What the admin interface has.
enum AdminResource: String, CaseIterable {
    case page = "/"
    case livez = "/livez"
    case readyz = "/readyz"
    case metrics = "/metrics"
    case state = "/edge"
    case drain = "/drain"
    case resume = "/resume"
    case purge = "/purge"
    case reload = "/reload"

    /// What it takes to use it.
    enum Need {
        case nothing, reading, writing
    }

    var need: Need {
        switch self {
        case .page, .livez, .readyz: .nothing
        case .metrics, .state: .reading
        case .drain, .resume, .purge, .reload: .writing
        }
    }

    /// The methods that it takes, as Allow names them.
    var allowed: String { need == .writing ? "POST" : "GET, HEAD" }

    func allows(_ method: Method) -> Bool {
        need == .writing ? method == .post : method == .get || method == .head
    }
}
