/// What this cache did with a request, for the field Cache-Status (RFC 9211).
package struct CacheStatus: Sendable, Equatable {
    /// Why a request went on to a server (RFC 9211 §2.2).
    package enum Forward: String, Sendable {
        case bypass, method, miss, request, stale, partial
        case uriMiss = "uri-miss"
        case varyMiss = "vary-miss"
    }

    /// The request was answered from what was stored.
    package var isHit = false
    package var forward: Forward?
    /// The status that the server answered with, where it is not the one that the client gets.
    package var forwardStatus: Int?
    /// Seconds of freshness that are left; negative when stale.
    package var ttl: Int64?
    package var isStored = false
    package var isCollapsed = false
    package var detail: StoreRefusal?

    package init() {}

    /// A response that was served from the cache.
    package static func hit(ttl: Int64) -> CacheStatus {
        var status = CacheStatus()
        status.isHit = true
        status.ttl = ttl
        return status
    }

    /// A response that came from a server.
    package static func forwarded(_ forward: Forward, isStored: Bool = false, detail: StoreRefusal? = nil)
        -> CacheStatus
    {
        var status = CacheStatus()
        status.forward = forward
        status.isStored = isStored
        status.detail = detail
        return status
    }

    /// Writes a field line. It comes behind those of caches nearer to the origin, which is where a new member of the list
    /// belongs (RFC 9211 §2).
    package func write(_ rules: CacheRules, to output: OutputBytes) {
        rules.statusPrefix.withUnsafeBufferPointer { output.append($0) }
        if isHit { output.append("; hit") }
        if let forward {
            output.append("; fwd=")
            output.append(forward.rawValue)
        }
        if let forwardStatus { Self.write("; fwd-status=", Int64(forwardStatus), to: output) }
        if let ttl { Self.write("; ttl=", ttl, to: output) }
        if isStored { output.append("; stored") }
        if isCollapsed { output.append("; collapsed") }
        if let detail {
            output.append("; detail=")
            output.append(detail.rawValue)
        }
        output.append("\r\n")
    }

    /// The name of the field and of the cache: a token where it can be, else a string (RFC 8941 §3.3).
    static func prefix(_ name: String) -> [UInt8] {
        let first = name.utf8.first ?? 0
        let isLetter = (first | 0x20) >= UInt8(ascii: "a") && (first | 0x20) <= UInt8(ascii: "z")
        var prefix = Array("cache-status: ".utf8)
        if isLetter, name.utf8.allSatisfy({ Characters.isIn($0, Characters.token) }) {
            return prefix + Array(name.utf8)
        }
        prefix.append(UInt8(ascii: "\""))
        for octet in name.utf8 where octet >= 0x20 && octet < 0x7F {
            if octet == UInt8(ascii: "\"") || octet == UInt8(ascii: "\\") { prefix.append(UInt8(ascii: "\\")) }
            prefix.append(octet)
        }
        prefix.append(UInt8(ascii: "\""))
        return prefix
    }

    private static func write(_ text: StaticString, _ number: Int64, to output: OutputBytes) {
        output.append(text)
        if number < 0 { output.append("-") }
        output.append(decimal: Int(number.magnitude))
    }
}
