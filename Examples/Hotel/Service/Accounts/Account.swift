import PandoDatabase

/// A person who books. What a session knows of its owner, and what `GET /api/me` answers.
struct Account: Codable, Hashable, Sendable {
    let id: Identifier
    let email: String
    let name: String
    /// The language of the mails.
    let language: Language
}
