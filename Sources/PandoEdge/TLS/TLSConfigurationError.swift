internal import COpenSSL

/// What is wrong with a file that TLS is to be configured with.
package struct TLSConfigurationError: Error, CustomStringConvertible, Equatable {
    /// The file.
    package let file: String
    /// What is wrong with it, and what to do.
    package let problem: String

    package var description: String { "\(file): \(problem)" }

    init(_ file: String, _ problem: String) {
        self.file = file
        self.problem = problem
    }

    /// With what OpenSSL says, whose queue of errors is empty afterwards.
    static func openSSL(_ file: String, _ problem: String) -> TLSConfigurationError {
        let code = ERR_peek_last_error()
        defer { ERR_clear_error() }
        guard code != 0, let reason = ERR_reason_error_string(code) else {
            return TLSConfigurationError(file, problem)
        }
        return TLSConfigurationError(file, "\(problem) (\(String(cString: reason)))")
    }
}

/// What a configuration of TLS works with and still should not be like.
package struct TLSWarning: Sendable, Equatable, CustomStringConvertible {
    package enum Kind: Sendable, Equatable {
        /// Clients refuse it.
        case expired, notYetValid
        /// Fewer than fourteen days are left.
        case expiresSoon
        /// It is for no DNS name, so that only a client that names none, or one that no other has, gets it.
        case noNames
        /// Another certificate before it is for the same name and goes first.
        case sameName
        /// The status of the certificate is too old to be stapled.
        case staleStatus
    }

    package let kind: Kind
    package let file: String
    package let text: String

    package var description: String { "\(file): \(text)" }
}
