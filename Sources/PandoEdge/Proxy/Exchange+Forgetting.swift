extension Exchange {
    /// The field with which an answer names the tags of what its request has changed.
    static let invalidationField = "pando-invalidate"

    /// Has the cache, and those of other nodes, forget what the answer to an unsafe request says that it has changed, before the client
    /// hears of the answer: what it reads next here is not older than its own write.
    final func forgetChanged(in cache: HTTPCache?) {
        var tags: [String] = []
        for field in response.fields
        where field.id == .other && response.isEqual(field.name, ignoringCaseOf: Self.invalidationField) {
            tags += ListElements(response, field.value).map { response.text($0) }
        }
        guard !tags.isEmpty else { return }
        response.remove(named: Self.invalidationField)
        guard let cache else { return }
        for tag in tags {
            // First the others, so that none of them is asked from the moment on in which it is gone here.
            worker.purgeRelay?.send(CachePurge(target: .tag(tag), kind: .hard))
            cache.purge(tag: tag, .hard)
        }
    }
}
