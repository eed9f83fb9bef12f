/// Brings a stored response up to date by a later one that has no body (RFC 9111 §4.3.4, §4.3.5).
package enum Freshening {
    /// Whether a 304 is about a stored response: its validators are those of it, or it has none.
    package static func isAbout(_ entry: CacheEntry, _ response: Head, now: CacheTime) -> Bool {
        entry.withValidators { own in
            if let field = response.first(.etag), let tag = EntityTag(response.bytes(field)) {
                guard let ownTag = own.tag else { return false }
                return tag.isWeak
                    ? tag.isWeaklyEqual(ownTag)
                    : tag.isStronglyEqual(ownTag) || ownTag.isWeak && tag.isWeaklyEqual(ownTag)
            }
            guard let field = response.first(.lastModified),
                let changed = HTTPDate.parse(response.bytes(field), now: now)
            else { return true }
            return own.lastModified == nil || own.lastModified == changed
        }
    }

    /// Whether the 200 to a HEAD says that a stored response is still what is there (RFC 9111 §4.3.5).
    package static func confirms(_ entry: CacheEntry, _ response: Head, now: CacheTime) -> Bool {
        guard response.status == 200, entry.facts.status == 200, isAbout(entry, response, now: now) else {
            return false
        }
        // Without a validator the two cannot be told to be the same.
        let hasTag = response.has(.etag) && entry.head.first(.etag) != nil
        let hasDate = response.has(.lastModified) && entry.facts.lastModified != EntryFacts.none
        guard hasTag || hasDate else { return false }
        guard let length = response.first(.contentLength).flatMap({ ByteRange.number(response.bytes($0)) }) else {
            return true
        }
        return length == entry.facts.range?.length ?? Int64(entry.body.count)
    }

    /// Writes the fields of a stored response with those of a later one in their place (RFC 9111 §3.2).
    ///
    /// Left as they are: Content-Length, and Content-Encoding and Content-Range, which say how the stored bytes
    /// are to be read.
    package static func merge(_ stored: StoredHead, with response: Head, into merged: Head) {
        stored.copy(into: merged)
        merged.remove(.age)
        for field in response.fields where isUpdated(field.id) {
            let name = response.text(field.name).lowercased()
            merged.remove(named: name)
        }
        for field in response.fields where isUpdated(field.id) || field.id == .age {
            merged.add(name: response.text(field.name), response.text(field.value))
        }
        // A Date that is missing is that of its arrival, not of the response before.
        if !response.has(.date) { merged.remove(.date) }
    }

    private static func isUpdated(_ id: FieldName) -> Bool {
        switch id {
        case .contentLength, .contentEncoding, .contentRange, .age: false
        default: !id.isHopByHop
        }
    }
}
