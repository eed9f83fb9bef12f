import Hummingbird
import NIOCore

/// The one place where an error becomes an answer.
///
/// Order: problems as they are; the platform's own errors; Hummingbird's errors, whose message a handler wrote for
/// clients; then whatever the blocks throw. Everything else is a defect of the service: 500 without a
/// word about its cause, and the cause at level error in the log. A `DecodingError` is such a defect: those of bodies and
/// queries are problems already, so it tells of something stored.
public struct ProblemMapper: Sendable {
    /// A mapping for errors of the app's own types; asked first. Returns nil for errors that it does not know.
    public typealias Custom = @Sendable (any Error) -> Problem?

    private let custom: [Custom]

    /// Makes a mapper that asks `custom` first, in order.
    public init(_ custom: [Custom] = []) {
        self.custom = custom
    }

    /// The problem for an error, and whether the error is a defect that belongs in the log.
    public func problem(for error: any Error) -> (problem: Problem, isDefect: Bool) {
        for map in custom {
            if let problem = map(error) { return (problem, false) }
        }
        switch error {
        case let problem as Problem:
            return (problem, problem.status.code == 500)
        case let validation as ValidationError:
            return (Problem(.validationFailed, fields: validation.fields), false)
        case let body as RequestBodyError:
            return (body.problem, false)
        case let http as HTTPError:
            return (Self.problem(for: http), false)
        case is NIOTooManyBytesError:
            return (Problem(.bodyTooLarge), false)
        case let known as any HTTPResponseError:
            return (Problem(.generic(for: known.status)), known.status.code == 500)
        default:
            if let problem = BlockErrors.problem(for: error) {
                // A full disk is nobody's defect, and somebody must hear of it all the same; overload is counted.
                return (problem, problem.status.code >= 500 && problem.code != .overloaded)
            }
            return (Problem(.internalError), true)
        }
    }

    private static func problem(for error: HTTPError) -> Problem {
        Problem(.generic(for: error.status), error.body, headers: error.headers)
    }
}
