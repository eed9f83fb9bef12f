/// What of a stored response answers a request (RFC 9110 §13.2.2, §14.2; RFC 9111 §4.3.2).
package enum ServePlan: Sendable {
    /// The response as it is stored.
    case whole
    /// 304.
    case notModified
    /// 206 with one part.
    case part(ByteRange)
    /// 206 as multipart/byteranges.
    case parts(MultipartRanges)
    /// 416.
    case unsatisfiable
}

extension CacheEntry {
    /// Decides what of it answers a request.
    package func plan(_ request: Head, now: CacheTime) -> ServePlan {
        guard facts.status == 200 || facts.range != nil, Self.hasConditions(request) else { return .whole }
        return withValidators { own in
            switch Preconditions.evaluateForCache(request, own, now: now) {
            case .notModified: return .notModified
            case .failed, .proceed: break
            }
            guard Preconditions.allowsRange(request, own, now: now) else { return .whole }
            switch RangeSelection.select(request, length: length) {
            case .whole: return .whole
            case .unsatisfiable: return .unsatisfiable
            case .one(let range): return .part(range)
            case .several(let ranges):
                let texts = MultipartRanges(
                    ranges,
                    type: head.text(.contentType),
                    length: length,
                    boundary: .random(in: .min ... .max)
                )
                return .parts(texts)
            }
        }
    }

    /// The length of the representation, of which the body may be a part.
    package var length: Int64 { facts.range.map { $0.length < 0 ? $0.last + 1 : $0.length } ?? Int64(body.count) }

    /// Whether it has what a request asks for: all of it, or the range of a request of one.
    package func covers(_ request: Head, now: CacheTime) -> Bool {
        guard let own = facts.range else { return true }
        switch plan(request, now: now) {
        case .part(let range):
            // Without the length of the whole an end that is not named is not known.
            guard own.length >= 0 || Self.namesBothEnds(request) else { return false }
            return range.first >= own.first && range.last <= own.last
        case .notModified: return true
        case .whole, .parts, .unsatisfiable: return false
        }
    }

    /// Where a byte of the representation lies in the body.
    package func place(of byte: Int64) -> Int { Int(byte - (facts.range?.first ?? 0)) }

    private static func namesBothEnds(_ request: Head) -> Bool {
        guard let field = request.first(.range), let specs = RangeSpec.parse(request.bytes(field)) else { return false }
        return specs.allSatisfy { if case .from(_, to: .some) = $0 { true } else { false } }
    }

    private static func hasConditions(_ request: Head) -> Bool {
        request.fields.contains { field in
            switch field.id {
            case .ifNoneMatch, .ifModifiedSince, .range: true
            default: false
            }
        }
    }
}
