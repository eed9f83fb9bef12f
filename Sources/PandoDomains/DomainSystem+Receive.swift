import Distributed
import PandoTelemetry
import Tracing

extension DomainSystem {
    /// Runs a call from another process on an instance that is hosted here.
    ///
    /// The request is input: whatever it holds, the answer is a response, and only distributed functions can be called.
    public func receive(_ request: DomainRequest) async -> DomainResponse {
        guard let traces, let parent = request.traceContext else { return await withDeadline(of: request) }
        return await traces.withRootSpan("serve \(request.actor.interface)", parent: parent) { span in
            let response = await withDeadline(of: request)
            if case .failed(let code, _) = response {
                span.setStatus(SpanStatus(code: .error, message: code.rawValue))
            }
            return response
        }
    }

    private func withDeadline(of request: DomainRequest) async -> DomainResponse {
        guard let left = request.millisecondsLeft else { return await execute(request) }
        let limit = Duration.milliseconds(min(max(left, 0), 86_400_000))
        return await Deadline.within(limit) { await execute(request) }
    }

    private func execute(_ request: DomainRequest) async -> DomainResponse {
        let interface = request.actor.interface
        do {
            try Deadline.check("call to \(interface)")
            guard let instance = next(interface) else {
                throw DomainError(.notHosted, "domain interface \(interface) is not hosted in this process")
            }
            return try await execute(request, on: instance)
        } catch {
            return DomainResultHandler.response(to: error, listed: [])
        }
    }

    /// Opens the instance's type, which the runtime needs to find the function.
    private func execute<Act: DomainInterface>(_ request: DomainRequest, on instance: Act) async throws
        -> DomainResponse
    {
        // The runtime finds any distributed function by its name and would run one of another type on this instance.
        guard let type = _mangledTypeName(Act.self), request.target.hasPrefix("$s" + type) else {
            throw DomainError(.unknownFunction, "domain interface \(Act.interfaceName) has no \(request.target)")
        }
        var decoder = DomainInvocationDecoder(request.arguments)
        let handler = DomainResultHandler(errors: Act.errors)
        do {
            try await executeDistributedTarget(
                on: instance,
                target: RemoteCallTarget(request.target),
                invocationDecoder: &decoder,
                handler: handler
            )
        } catch let error as ExecuteDistributedTargetError {
            throw DomainError(.unknownFunction, "\(request.target) cannot be called", underlying: error)
        }
        guard let response = handler.response else {
            throw DomainError(.undecodable, "the call of \(request.target) came to no end")
        }
        return response
    }
}
