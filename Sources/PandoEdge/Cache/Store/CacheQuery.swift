/// A request as the cache looks at it: made once by a worker and filled anew for each request, so that a lookup allocates
/// nothing.
package final class CacheQuery {
    /// The URI, as in ``CacheKey``.
    private(set) var keyBytes: [UInt8] = []
    private(set) var hash: UInt64 = 0
    /// The values of the request under ``variantNames``.
    private var variantValues: [UInt8] = []
    private var variantNames: [UInt8] = []
    private var hasVariant = false
    /// What Cache-Control says; empty where the rules do not listen to clients.
    package private(set) var directives = CacheDirectives()
    package private(set) var head: Head?

    package init() {
        keyBytes.reserveCapacity(256)
    }

    /// Looks at a request. The head must not change until the lookup is done.
    package func prepare(_ request: Head, isTLS: Bool, rules: CacheRules, hasher: SipHash) {
        head = request
        keyBytes.removeAll(keepingCapacity: true)
        CacheKey.write(
            isTLS: isTLS,
            authority: request.bytes(request.authority),
            target: request.bytes(request.target),
            to: &keyBytes
        )
        hash = hasher.hash(keyBytes)
        hasVariant = false
        let listens = rules.honorsRequestDirectives && (request.has(.cacheControl) || request.has(.pragma))
        directives = listens ? CacheDirectives(request: request) : CacheDirectives()
    }

    /// The key, to be kept.
    package var key: CacheKey { CacheKey(hash: hash, bytes: keyBytes) }

    /// Whether a stored key is this request's.
    @inline(__always)
    func matches(_ key: CacheKey) -> Bool { key.hash == hash && key.bytes == keyBytes }

    /// Whether a variant is one for this request (RFC 9111 §4.1).
    package func matches(_ variant: Variant) -> Bool {
        if variant.names.isEmpty { return true }
        guard let head else { return false }
        if !hasVariant || variantNames != variant.names {
            variantNames = variant.names
            variantValues.removeAll(keepingCapacity: true)
            Variant.appendValues(of: head, names: variant.names, to: &variantValues)
            hasVariant = true
        }
        return variantValues == variant.values
    }
}
