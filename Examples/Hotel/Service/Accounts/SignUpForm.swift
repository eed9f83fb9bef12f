import Pando

/// What a person gives to make an account.
struct SignUpForm: Codable, Sendable {
    var email = ""
    var password = ""
    var name = ""
    /// The language of the mails; by default the one that the request was in.
    var language: Language?

    /// The fields that cannot be taken, and why.
    var problems: [(field: String, reason: Localized)] {
        var problems: [(String, Localized)] = []
        if name.trimmed.isEmpty || name.count > 80 || name.contains(where: \.isNewline) {
            problems.append(("name", .badName))
        }
        if !Self.isPlausible(email: email) { problems.append(("email", .badEmail)) }
        if !(10...200).contains(password.count) { problems.append(("password", .passwordHint)) }
        return problems
    }

    /// Throws what is wrong, field by field.
    func validate() throws(ValidationError) {
        var error = ValidationError()
        for problem in problems { error.require(false, "/\(problem.field)", problem.reason.en) }
        try error.throwIfNeeded()
    }

    /// One `@` with something on both sides, a dot in the domain, visible ASCII without quotes, at most 254 bytes
    /// (RFC 5321 §4.5.3.1.3). Whether there is a mailbox only a mail can tell.
    static func isPlausible(email: String) -> Bool {
        let parts = email.split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty, email.utf8.count <= 254, email.utf8.allSatisfy({ $0 < 0x80 }) else {
            return false
        }
        let labels = parts[1].split(separator: ".", omittingEmptySubsequences: false)
        return labels.count > 1 && labels.allSatisfy { !$0.isEmpty } && !email.unicodeScalars.contains(where: isUnfit)
    }

    private static func isUnfit(_ scalar: Unicode.Scalar) -> Bool {
        !(0x21...0x7E).contains(scalar.value) || "<>\",;\\".unicodeScalars.contains(scalar)
    }
}

/// What opens a session.
struct Credentials: Codable, Sendable {
    let email: String
    let password: String
}

/// A session as its owner gets it.
struct OpenedSession: Codable, Sendable {
    /// For clients without cookies: what goes after `Bearer` in `Authorization`.
    let token: String
    let account: Account
}
