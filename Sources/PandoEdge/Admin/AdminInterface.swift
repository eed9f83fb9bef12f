import PandoTelemetry

/// What the admin interface answers.
///
/// | request | answer |
/// |---|---|
/// | `GET /` | a page that shows all of it |
/// | `GET /livez` | 200: the process runs |
/// | `GET /readyz` | 200 or 503, with what fails |
/// | `GET /metrics` | all metrics, in the format of Prometheus or OpenMetrics |
/// | `GET /edge` | ``EdgeState`` |
/// | `POST /drain`, `POST /resume` | no new requests to a server, and the end of that |
/// | `POST /purge` | stored responses go, or become stale |
/// | `POST /reload` | the file is read again |
struct AdminInterface {
    let edge: Edge
    let access: AdminAccess

    func answer(_ request: AdminRequest) -> AdminAnswer {
        do throws(AdminProblem) {
            return try perform(request)
        } catch {
            return AdminAnswer(error)
        }
    }

    private func perform(_ request: AdminRequest) throws(AdminProblem) -> AdminAnswer {
        guard let resource = AdminResource(rawValue: request.path) else {
            let known = AdminResource.allCases.map(\.rawValue).joined(separator: ", ")
            throw AdminProblem(404, "there is no '\(request.path)'", "ask for one of \(known)")
        }
        guard resource.allows(request.method) else {
            var problem = AdminProblem(405, "\(request.path) has no such method", "use \(resource.allowed)")
            problem.fields = [("Allow", resource.allowed)]
            throw problem
        }
        switch resource.need {
        case .nothing: break
        case .reading: try access.checkReader(request)
        case .writing:
            try access.checkWriter(request)
            guard !edge.refusesChanges else {
                throw AdminProblem(503, "another process is taking over, and would not know of it", "try again")
            }
        }
        return try perform(resource, request)
    }

    private func perform(_ resource: AdminResource, _ request: AdminRequest) throws(AdminProblem) -> AdminAnswer {
        switch resource {
        case .page: return AdminPage.answer()
        case .livez: return .text("ok\n")
        case .readyz:
            let readiness = edge.readiness
            return .json(readiness, readiness.isReady ? 200 : 503)
        case .metrics:
            let format = ExpositionFormat.negotiated(accept: request.accept)
            return .text(edge.metrics.exposition(format), format.contentType)
        case .state: return .json(edge.liveState)
        case .drain: return try drain(request)
        case .resume: return try resume(request)
        case .purge: return try purge(request)
        case .reload: return try reload(request)
        }
    }
}
