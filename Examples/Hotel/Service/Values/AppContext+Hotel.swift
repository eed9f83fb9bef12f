import HTTPTypes
import Hummingbird
import Pando
import PandoDatabase

extension AppContext {
    /// The identifier in the path.
    ///
    /// - Throws: `Problem` where it has not the form of one.
    func id() throws -> Identifier {
        guard let id = parameters.get("id").flatMap({ Identifier($0) }) else {
            throw Problem(.invalidRequest, fields: [FieldError("id", "must be a UUID")])
        }
        return id
    }

}

extension Request {
    /// The language that the client prefers.
    var language: Language { .preferred(headers[.acceptLanguage]) }

    /// The key that names the attempt.
    ///
    /// - Throws: `Problem` where there is none: without it a repeated request would book twice.
    func idempotencyKey() throws -> String {
        guard let key = headers[.idempotencyKey]?.nonEmpty, key.utf8.count <= 255 else {
            throw Problem(.invalidRequest, fields: [FieldError("Idempotency-Key", "is needed, 1 to 255 characters")])
        }
        return key
    }
}

extension HTTPField.Name {
    static let idempotencyKey = HTTPField.Name("Idempotency-Key")!  // a valid name
}
