/// The tag of content that the edge has changed on its way: compressed it, or shaped it.
extension Exchange {
    /// The same content in another form has another strong validator (RFC 9110 §8.8.3); two forms may share a weak one (§8.8.1).
    final func weakenTag() {
        guard let tag = response.first(.etag) else { return }
        let text = response.text(tag)
        if !text.hasPrefix("W/") { response.set(.etag, "W/\(text)") }
    }

    /// A client that has the changed content knows it by its weak tag, and is told by a 304 that this is the one.
    final func confirmChanged() {
        guard let field = response.first(.etag), let own = EntityTag(response.bytes(field)), !own.isWeak else { return }
        let asked = turn?.query.head ?? request
        let isKnownWeak = EntityTagList.contains(
            asked,
            .ifNoneMatch,
            where: { $0.isWeak && $0.isWeaklyEqual(own) },
            whenAny: false
        )
        if isKnownWeak { weakenTag() }
    }
}
