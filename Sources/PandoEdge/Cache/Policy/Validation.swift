/// The conditions that a cache adds to a request to have a stored response confirmed (RFC 9111 §4.3.1).
package enum Validation {
    /// Puts the stored validators in the place of all conditions of a client's request.
    ///
    /// Those of the client are removed: the answer has to say something about the stored response, and the client's own conditions are
    /// evaluated on what comes of it.
    package static func prepare(_ request: Head, for entry: CacheEntry) {
        removeConditions(request)
        if let tag = entry.head.text(.etag) { request.add(.ifNoneMatch, tag) }
        if let changed = entry.head.text(.lastModified) { request.add(.ifModifiedSince, changed) }
    }

    /// Removes all conditions, so that the answer is one that can be stored.
    package static func removeConditions(_ request: Head) {
        request.fields.removeAll { field in
            switch field.id {
            case .ifNoneMatch, .ifModifiedSince, .ifMatch, .ifUnmodifiedSince: true
            default: false
            }
        }
    }

    /// Whether there is anything to ask with.
    package static func isPossible(_ entry: CacheEntry) -> Bool {
        entry.head.first(.etag) != nil || entry.head.first(.lastModified) != nil
    }
}
