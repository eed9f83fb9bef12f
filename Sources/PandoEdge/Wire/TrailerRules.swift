/// What may be passed on of a trailer section (RFC 9110 §6.5).
package enum TrailerRules {
    /// Removes the fields that a trailer section must not have: a server that merges it into the head would take them for its
    /// own.
    ///
    /// - Throws: ``HeadError/malformed(_:)`` where one would frame or route the message anew. Nobody sends these but to smuggle.
    package static func settle(_ head: Head) throws(HeadError) {
        for field in head.fields {
            switch field.id {
            case .contentLength, .transferEncoding, .host: throw .malformed("a trailer frames or routes the message")
            default: continue
            }
        }
        head.fields.removeAll { !$0.id.isAllowedInTrailers }
    }
}
