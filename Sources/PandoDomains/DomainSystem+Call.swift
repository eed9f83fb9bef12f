public import Distributed
import PandoTelemetry
import Tracing

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

extension DomainSystem {
    /// Calls another domain: in this process a function call, in a span where the trace is recorded.
    ///
    /// ```swift
    /// let hold = try await domains.call(Inventory.self, within: .seconds(1)) { try await $0.hold(room: room, nights: 2) }
    /// ```
    ///
    /// - Parameters:
    ///   - type: The interface.
    ///   - limit: How long the answer is of interest; as long as to the caller's caller where nil. See ``Deadline``.
    ///   - body: Calls functions of the instance that it is given.
    /// - Throws: ``DomainError``, and what the functions throw.
    public func call<Act: DomainInterface, R: Sendable>(
        _ type: Act.Type,
        within limit: Duration? = nil,
        _ body: (Act) async throws -> R
    ) async throws -> R {
        let instance = try instance(of: type)
        guard let limit else { return try await call(instance, body) }
        return try await Deadline.within(limit) { try await call(instance, body) }
    }

    private func call<Act: DomainInterface, R: Sendable>(
        _ instance: Act,
        _ body: (Act) async throws -> R
    ) async throws -> R {
        try Deadline.check("call to \(Act.interfaceName)")
        return try await withChildSpan("call \(Act.interfaceName)") { span in
            span?.setAttribute("pando.domain.interface", Act.interfaceName)
            return try await body(instance)
        }
    }

    // MARK: To another process

    /// Calls a function that returns something, in another process.
    public func remoteCall<Act, Err, Res>(
        on actor: Act,
        target: RemoteCallTarget,
        invocation: inout DomainInvocationEncoder,
        throwing: Err.Type,
        returning: Res.Type
    ) async throws -> Res where Act: DistributedActor, Act.ID == DomainActorID, Err: Error, Res: Codable {
        switch try await send(invocation, to: actor, target) {
        case .returned(let text): return try decodeJSON(text, what: "the result of \(target)")
        case .returnedVoid: throw DomainError(.undecodable, "\(target) returned nothing instead of a \(Res.self)")
        case .threw(let type, let text): throw thrown(type, text, by: Act.self, target)
        case .failed(let code, let message): throw DomainError(code, message)
        }
    }

    /// Calls a function that returns nothing, in another process.
    public func remoteCallVoid<Act, Err>(
        on actor: Act,
        target: RemoteCallTarget,
        invocation: inout DomainInvocationEncoder,
        throwing: Err.Type
    ) async throws where Act: DistributedActor, Act.ID == DomainActorID, Err: Error {
        switch try await send(invocation, to: actor, target) {
        case .returned, .returnedVoid: return
        case .threw(let type, let text): throw thrown(type, text, by: Act.self, target)
        case .failed(let code, let message): throw DomainError(code, message)
        }
    }

    private func send<Act: DistributedActor>(
        _ invocation: DomainInvocationEncoder,
        to actor: Act,
        _ target: RemoteCallTarget
    ) async throws -> DomainResponse where Act.ID == DomainActorID {
        try Deadline.check("\(target)")
        guard let transport else {
            throw DomainError(.notHosted, "domain interface \(actor.id.interface) is not hosted in this process")
        }
        return try await withChildSpan("\(target)", kind: .client) { _ in
            let request = DomainRequest(actor: actor.id, target: target.identifier, arguments: invocation.arguments)
            return try await transport(request)
        }
    }

    /// The error that a function threw in another process, as itself.
    private func thrown<Act>(_ name: String, _ text: String, by type: Act.Type, _ target: RemoteCallTarget) -> any Error
    {
        let listed = (type as? any DomainInterface.Type)?.errors ?? []
        guard let known = listed.first(where: { errorName($0) == name }) else {
            return DomainError(.failed, "\(target) threw \(name), which this program does not list: \(text)")
        }
        do {
            return try JSONDecoder().decode(known, from: Data(text.utf8))
        } catch {
            return DomainError(.undecodable, "\(target) threw \(name)", underlying: error)
        }
    }
}
