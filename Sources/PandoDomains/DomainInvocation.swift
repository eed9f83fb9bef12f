public import Distributed
import Synchronization

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Collects the arguments of a call to another process.
public struct DomainInvocationEncoder: DistributedTargetInvocationEncoder {
    /// What arguments and results must be.
    public typealias SerializationRequirement = any Codable

    private(set) var arguments: [String] = []

    init() {}

    /// Refuses: a generic function cannot be called in another process.
    public mutating func recordGenericSubstitution<T>(_ type: T.Type) throws {
        throw DomainError(.unsupported, "a distributed function with generic parameters cannot cross processes")
    }

    /// Encodes one argument.
    public mutating func recordArgument<Value: Codable>(_ argument: RemoteCallArgument<Value>) throws {
        arguments.append(try encodeJSON(argument.value, what: "argument \(argument.effectiveLabel)"))
    }

    /// Needs no note: a failed response names its error.
    public mutating func recordErrorType<E: Error>(_ type: E.Type) throws {}

    /// Needs no note: the caller knows what it gets.
    public mutating func recordReturnType<R: Codable>(_ type: R.Type) throws {}

    /// Nothing is left to do.
    public mutating func doneRecording() throws {}
}

/// Hands out the arguments of a call from another process.
public struct DomainInvocationDecoder: DistributedTargetInvocationDecoder {
    /// What arguments and results must be.
    public typealias SerializationRequirement = any Codable

    private var arguments: ArraySlice<String>

    init(_ arguments: [String]) {
        self.arguments = arguments[...]
    }

    /// None: generic functions do not cross processes.
    public mutating func decodeGenericSubstitutions() throws -> [any Any.Type] { [] }

    /// Decodes the next argument.
    public mutating func decodeNextArgument<Argument: Codable>() throws -> Argument {
        guard let next = arguments.popFirst() else {
            throw DomainError(.undecodable, "the call has too few arguments")
        }
        return try decodeJSON(next, what: "an argument")
    }

    /// Not known, and not needed.
    public mutating func decodeErrorType() throws -> (any Any.Type)? { nil }

    /// Not known, and not needed.
    public mutating func decodeReturnType() throws -> (any Any.Type)? { nil }
}

/// Turns the end of a function into the response for another process.
public final class DomainResultHandler: DistributedTargetInvocationResultHandler {
    /// What arguments and results must be.
    public typealias SerializationRequirement = any Codable

    private let errors: [any (Error & Codable).Type]
    private let outcome = Mutex<DomainResponse?>(nil)

    init(errors: [any (Error & Codable).Type]) {
        self.errors = errors
    }

    /// The response, once the function has ended.
    var response: DomainResponse? { outcome.withLock { $0 } }

    /// Keeps a result.
    public func onReturn<Success: Codable>(value: Success) async throws {
        let text = try encodeJSON(value, what: "the result")
        outcome.withLock { $0 = .returned(text) }
    }

    /// Keeps that there is no result.
    public func onReturnVoid() async throws {
        outcome.withLock { $0 = .returnedVoid }
    }

    /// Keeps an error: whole where the interface lists its type, else in words.
    public func onThrow<Err: Error>(error: Err) async throws {
        let response = Self.response(to: error, listed: errors)
        outcome.withLock { $0 = response }
    }

    /// The response to a failure.
    static func response(to error: any Error, listed: [any (Error & Codable).Type]) -> DomainResponse {
        if let error = error as? DomainError { return .failed(code: error.code, message: error.message) }
        guard let known = error as? any (Error & Codable), listed.contains(where: { $0 == type(of: known) }),
            let text = try? encodeJSON(known, what: "the error")
        else {
            return .failed(code: .failed, message: String(describing: error))
        }
        return .threw(type: errorName(type(of: known)), error: text)
    }
}

/// The name under which an error's type travels.
func errorName(_ type: any Error.Type) -> String { String(reflecting: type) }

/// Encodes any value as JSON text.
func encodeJSON(_ value: some Encodable, what: String) throws -> String {
    do {
        return String(decoding: try JSONEncoder().encode(value), as: UTF8.self)
    } catch {
        throw DomainError(.undecodable, "\(what) cannot be encoded", underlying: error)
    }
}

/// Decodes any value from JSON text.
func decodeJSON<T: Decodable>(_ text: String, as type: T.Type = T.self, what: String) throws -> T {
    do {
        return try JSONDecoder().decode(T.self, from: Data(text.utf8))
    } catch {
        throw DomainError(.undecodable, "\(what) is no \(T.self)", underlying: error)
    }
}
