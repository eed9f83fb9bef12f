import HTTPTypes
import NIOCore

/// Decides how a request for an asset is answered: conditions in the order of RFC 9110, section 13.2.2, then range and
/// content coding. Pure.
struct StaticAnswer {
    /// What goes into the body.
    enum Body: Equatable {
        case none
        case compressed(ByteBuffer)
        case content(Range<Int>)
    }

    private(set) var status: HTTPResponse.Status = .ok
    private(set) var headers: HTTPFields
    private(set) var body = Body.none

    init(_ asset: StaticAsset, isImmutable: Bool, _ request: HTTPFields) {
        let range = request[.range].flatMap { ByteRange($0, size: asset.size) }
        let wantsRange = range != nil && Self.rangeApplies(asset, request)
        let compressed = wantsRange ? nil : asset.gzip.flatMap { AcceptEncoding.takesGzip(request) ? $0 : nil }
        let tag = compressed == nil ? asset.tag : asset.gzipTag
        headers = [
            .eTag: tag,
            .cacheControl: isImmutable ? "public, max-age=31536000, immutable" : "no-cache",
            .acceptRanges: "bytes",
        ]
        if asset.modified > 0 { headers[.lastModified] = HTTPDate.text(asset.modified) }
        if asset.gzip != nil { headers[.vary] = "Accept-Encoding" }
        if let failed = Self.precondition(asset, request) {
            status = failed
            return
        }
        headers[.contentType] = asset.contentType
        if wantsRange, let range {
            answer(range, size: asset.size)
        } else if let compressed {
            headers[.contentEncoding] = "gzip"
            body = .compressed(compressed)
        } else {
            body = .content(0..<asset.size)
        }
    }

    private mutating func answer(_ range: ByteRange, size: Int) {
        switch range {
        case .one(let bytes):
            status = .partialContent
            headers[.contentRange] = "bytes \(bytes.lowerBound)-\(bytes.upperBound - 1)/\(size)"
            body = .content(bytes)
        case .several:
            // A server may ignore Range (section 14.2); several parts are rare and dear to assemble.
            body = .content(0..<size)
        case .unsatisfiable:
            status = .rangeNotSatisfiable
            headers[.contentRange] = "bytes */\(size)"
            headers[.contentType] = nil
        }
    }

    /// 304 or 412 if a condition decides, else nil.
    private static func precondition(_ asset: StaticAsset, _ request: HTTPFields) -> HTTPResponse.Status? {
        if let ifMatch = request[.ifMatch] {
            if !matches(ifMatch, asset, weakly: false) { return .preconditionFailed }
        } else if let since = request[.ifUnmodifiedSince].flatMap(HTTPDate.seconds), asset.modified > since {
            return .preconditionFailed
        }
        if let ifNoneMatch = request[.ifNoneMatch] {
            return matches(ifNoneMatch, asset, weakly: true) ? .notModified : nil
        }
        if asset.modified > 0, let since = request[.ifModifiedSince].flatMap(HTTPDate.seconds), asset.modified <= since
        {
            return .notModified
        }
        return nil
    }

    /// Whether a list of tags names the asset, in any of its content codings.
    private static func matches(_ list: String, _ asset: StaticAsset, weakly: Bool) -> Bool {
        list.split(separator: ",").contains { entry in
            var tag = entry.drop { $0 == " " }.prefix { $0 != " " }
            if tag == "*" { return true }
            if weakly, tag.hasPrefix("W/") { tag = tag.dropFirst(2) }
            return tag == asset.tag || tag == asset.gzipTag
        }
    }

    /// `If-Range`: the range counts only if the client's part is of the same content (section 13.1.5).
    private static func rangeApplies(_ asset: StaticAsset, _ request: HTTPFields) -> Bool {
        guard let ifRange = request[.ifRange] else { return true }
        if ifRange.hasPrefix("\"") { return ifRange == asset.tag }
        return asset.modified > 0 && HTTPDate.seconds(ifRange) == asset.modified
    }
}
