/// A request as the cache looks at it: made once by a worker and filled anew for each request, so that a lookup allocates
/// nothing. Belongs to the thread of its worker; the checks of exclusive use are left out as in ``Head``.
package final class CacheQuery {
    /// The URI, as in ``CacheKey``.
    @exclusivity(unchecked) private(set) var keyBytes: [UInt8] = []
    @exclusivity(unchecked) private(set) var hash: UInt64 = 0
    /// The values of the request under ``variantNames``.
    @exclusivity(unchecked) private var variantValues: [UInt8] = []
    @exclusivity(unchecked) private var variantNames: [UInt8] = []
    @exclusivity(unchecked) private var hasVariant = false
    /// What Cache-Control says; empty where the rules do not listen to clients.
    @exclusivity(unchecked) package private(set) var directives = CacheDirectives()
    @exclusivity(unchecked) package private(set) var head: Head?
    /// Which fields it has.
    @exclusivity(unchecked) private(set) var fields = FieldSet()

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
            query: rules.query,
            to: &keyBytes
        )
        hash = hasher.hash(keyBytes)
        hasVariant = false
        fields = FieldSurvey(request).present
        let listens = rules.honorsRequestDirectives && (fields.contains(.cacheControl) || fields.contains(.pragma))
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
