extension AppContext {
    /// Says what the answer is made of, so that caches in front of the service forget it when a transaction invalidates one of the
    /// tags, by `tx.invalidate(tag:)` or by the key of a cache: `Cache.tag(for:)`.
    ///
    /// ```swift
    /// router.get("/hotels/:id") { _, context in
    ///     let id = try context.id()
    ///     context.addCacheTags(hotels.tag(for: id))
    ///     return EditedResponse(headers: [.cacheControl: "public, s-maxage=60"], response: try await hotel(id))
    /// }
    /// ```
    ///
    /// The answer still has to say that it may be kept. An edge forgets it before the writer is answered, so read what it is made of at
    /// `.strong`: an answer that was made of what a replica has not heard of yet would be kept anew. Tags go to trusted proxies alone
    /// (``NodeConfiguration/trustedProxies``), as `Cache-Tag`, and these may show them to clients: a tag is no secret.
    ///
    /// - Parameter tags: such as `hotels/7`; `hotels/*` for what is made of all hotels, and changes with each of them. An answer has
    ///   room for 64; where there are more, it counts as made of all of their groups.
    public func addCacheTags(_ tags: String...) { info.addCacheTags(tags) }
}
