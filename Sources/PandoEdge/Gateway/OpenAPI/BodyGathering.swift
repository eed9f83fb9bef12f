/// A request's body that is held until it is complete, to be looked at before any server gets it. Bounded.
final class BodyGathering {
    private let plan: OpenAPIPlan
    private let schema: Int
    private let site: Site
    private var bytes: OutputBytes?

    init(_ plan: OpenAPIPlan, _ schema: Int, _ site: Site) {
        self.plan = plan
        self.schema = schema
        self.site = site
    }

    /// Takes a part; false where there is too much, and the client was told.
    func take(_ part: UnsafeBufferPointer<UInt8>, _ exchange: Exchange) {
        let kept = bytes ?? exchange.worker.buffers.take()
        bytes = kept
        guard kept.count + part.count <= plan.configured.bodyBytes else {
            exchange.dropGathering()
            return site.refuse(
                exchange,
                OpenAPIProblem(413, "the content is larger than \(plan.configured.bodyBytes) bytes")
            )
        }
        kept.append(part)
    }

    /// The body is complete: answers the client, or lets the request go on.
    func finish(_ exchange: Exchange) {
        do throws(OpenAPIProblem) {
            let none = UnsafeBufferPointer<UInt8>(start: nil, count: 0)
            try plan.check(bytes?.bytes ?? none, schema)
        } catch {
            drop(exchange)
            return site.refuse(exchange, error)
        }
        let kept = bytes
        bytes = nil
        exchange.goOn(withBody: kept)
        if let route = exchange.route { site.act(exchange, route) }
    }

    func drop(_ exchange: Exchange) {
        if let bytes { exchange.worker.buffers.give(bytes) }
        bytes = nil
    }
}

extension Site {
    /// Whether a request is as its description says; false where it was answered, or where its body has to come first.
    func settleDescription(_ exchange: Exchange, _ plan: OpenAPIPlan) -> Bool {
        do throws(OpenAPIProblem) {
            switch try plan.judge(exchange.request, hasBody: exchange.rules.framing != .none) {
            case .pass: return true
            case .gather(let schema):
                if case .length(let length) = exchange.rules.framing, length > UInt64(plan.configured.bodyBytes) {
                    throw OpenAPIProblem(413, "the content is larger than \(plan.configured.bodyBytes) bytes")
                }
                exchange.gather(BodyGathering(plan, schema, self))
                return false
            }
        } catch {
            refuse(exchange, error)
            return false
        }
    }

    func refuse(_ exchange: Exchange, _ problem: OpenAPIProblem) {
        exchange.record.rejection = .description
        exchange.response.reset()
        if let allow = problem.allow { exchange.response.add(.allow, allow) }
        exchange.respond(problem.status, problem.text, type: "application/problem+json")
    }
}

extension Exchange {
    /// Holds the body until it is complete. The client may be waiting to hear that it is wanted.
    final func gather(_ gathering: BodyGathering) {
        self.gathering = gathering
        guard rules.expectsContinue else { return }
        rules.expectsContinue = false
        request.remove(.expect)
        response.reset()
        response.status = 100
        responseRules = ResponseRules()
        sendInterim()
    }

    final func dropGathering() {
        guard let gathered = gathering else { return }
        gathering = nil
        gathered.drop(self)
    }
}
