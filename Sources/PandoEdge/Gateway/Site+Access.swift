#if canImport(Glibc)
    import Glibc
#endif

extension Site {
    /// Whether a request has the token that its route wants; false where it was answered. Servers are told the claims that they are to
    /// know, and never what the client says in their fields.
    func settleToken(_ exchange: Exchange, _ verifier: TokenVerifier) -> Bool {
        let request = exchange.request
        let verdict = verifier.judge(request, at: Int64(time(nil)))
        for name in verifier.fields { request.removeSpellings(of: name) }
        switch verdict {
        case .anonymous: return true
        case .accepted(let token):
            exchange.subject = token.subject
            for field in token.fields { request.add(name: field.name, field.value) }
            return true
        case .refused(let refusal):
            exchange.record.rejection = .authentication
            exchange.response.reset()
            exchange.response.add(.wwwAuthenticate, refusal.challenge)
            exchange.respond(refusal.status, StatusPage.text(refusal.status, refusal.reason))
            return false
        case .unknown:
            exchange.fail(503, "the keys that tokens are verified with have not come yet")
            return false
        }
    }
}

extension Head {
    /// Removes all fields that a server may take for one of a name in lower case: many read underscores as hyphens.
    func removeSpellings(of name: String) {
        let hyphen = UInt8(ascii: "-")
        fields.removeAll { field in
            guard Int(field.name.count) == name.utf8.count else { return false }
            return zip(bytes(field.name), name.utf8).allSatisfy { octet, wanted in
                let plain = octet == UInt8(ascii: "_") ? hyphen : Characters.lowercased(octet)
                return plain == (wanted == UInt8(ascii: "_") ? hyphen : wanted)
            }
        }
    }
}

extension Exchange {
    /// Removes from the trailers what only the edge may tell: some servers merge them into the head.
    final func guardTrailers() {
        guard let names = route?.guardedFields, let trailers = requestTrailers else { return }
        for name in names { trailers.removeSpellings(of: name) }
        if trailers.fields.isEmpty { requestTrailers = nil }
    }
}
