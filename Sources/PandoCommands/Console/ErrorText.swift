import Foundation
import Pando
import PandoConductor
import PandoDatabase
import PandoDomains
import PandoEvents
import PandoLoad
import PandoMessaging
import PandoTopology

/// Errors of every block in words for a person. Their own descriptions end in a code, which is for programs.
enum ErrorText {
    /// What went wrong, and what caused it.
    static func words(of error: any Error) -> String {
        switch error {
        case let error as DatabaseError: joined(error.message, error.underlying)
        case let error as MessagingError: joined(error.message, error.underlying)
        case let error as EventsError: joined(error.message, error.underlying)
        case let error as DomainError: joined(error.message, error.underlying)
        case let error as ConductorError: joined(error.message, error.underlying)
        case let error as NodeError: error.message
        case let error as LoadError: error.message + (error.underlying.map { " (\(words(of: $0)))" } ?? "")
        default: fileError(error as NSError) ?? "\(error)"  // An app's own error describes itself.
        }
    }

    /// The code that a program can go by, such as `corrupt`; nil for an error that has none.
    static func code(of error: any Error) -> String? {
        switch error {
        case let error as DatabaseError: "\(error.code)"
        case let error as MessagingError: "\(error.code)"
        case let error as EventsError: "\(error.code)"
        case let error as DomainError: error.code.rawValue
        case let error as NodeError: error.code.rawValue
        case let error as LoadError: error.code.rawValue
        case let error as ConductorError: "\(error.code)"
        default: nil
        }
    }

    private static func joined(_ message: String, _ cause: (any Error)?) -> String {
        message + (cause.map { ": \(words(of: $0))" } ?? "")
    }

    private static func fileError(_ error: NSError) -> String? {
        guard [NSCocoaErrorDomain, NSPOSIXErrorDomain].contains(error.domain) else { return nil }
        let path = error.userInfo[NSFilePathErrorKey] as? String
        return (path.map { "\($0): " } ?? "") + SystemWords.of(error)
    }
}
