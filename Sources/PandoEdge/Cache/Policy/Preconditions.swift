/// The validators of a representation, that conditions are checked against (RFC 9110 §8.8).
package struct Validators {
    package var tag: EntityTag?
    /// Last-Modified, in seconds since 1970.
    package var lastModified: Int64?
    /// Date, in seconds since 1970.
    package var date: Int64

    package init(tag: EntityTag?, lastModified: Int64?, date: Int64) {
        self.tag = tag
        self.lastModified = lastModified
        self.date = date
    }

    /// Whether Last-Modified is a strong validator: a minute before Date, so that no second change fits into the same second
    /// (RFC 9110 §8.8.2.2).
    package var isDateStrong: Bool { lastModified.map { $0 <= date - 60 } ?? false }
}

/// Conditions of a request, evaluated in their order (RFC 9110 §13.2.2).
package enum Preconditions {
    package enum Outcome: Equatable, Sendable {
        /// As if there were no conditions.
        case proceed
        /// 304.
        case notModified
        /// 412.
        case failed
    }

    /// Evaluates all conditions, as an origin does; for files that the edge serves itself.
    ///
    /// - Parameter validators: Nil where there is no current representation.
    package static func evaluate(_ request: Head, _ validators: Validators?, now: CacheTime) -> Outcome {
        if request.has(.ifMatch) {
            let matches = EntityTagList.contains(
                request,
                .ifMatch,
                where: { tag in validators?.tag.map { $0.isStronglyEqual(tag) } ?? false },
                whenAny: validators != nil
            )
            if !matches { return .failed }
        } else if let changed = validators?.lastModified, let limit = date(request, .ifUnmodifiedSince, now: now) {
            if changed > limit { return .failed }
        }
        return evaluateForCache(request, validators, now: now)
    }

    /// Evaluates what a cache may: If-None-Match, or If-Modified-Since where that is missing (RFC 9111 §4.3.2).
    package static func evaluateForCache(_ request: Head, _ validators: Validators?, now: CacheTime) -> Outcome {
        let isRead = request.method == .get || request.method == .head
        if request.has(.ifNoneMatch) {
            let matches = EntityTagList.contains(
                request,
                .ifNoneMatch,
                where: { tag in validators?.tag.map { $0.isWeaklyEqual(tag) } ?? false },
                whenAny: validators != nil
            )
            guard matches else { return .proceed }
            return isRead ? .notModified : .failed
        }
        // Not for other methods, and a date that cannot be read counts as none (RFC 9110 §13.1.3).
        guard isRead, let validators, let limit = date(request, .ifModifiedSince, now: now) else { return .proceed }
        return (validators.lastModified ?? validators.date) <= limit ? .notModified : .proceed
    }

    /// Whether Range counts: If-Range is missing or names exactly what is there (RFC 9110 §13.1.5).
    package static func allowsRange(_ request: Head, _ validators: Validators, now: CacheTime) -> Bool {
        guard let field = request.first(.ifRange) else { return true }
        let value = request.bytes(field)
        if let date = HTTPDate.parse(value, now: now) {
            return validators.isDateStrong && validators.lastModified == date
        }
        guard value.contains(UInt8(ascii: "\"")), let tag = EntityTag(value), let own = validators.tag else {
            return false
        }
        return own.isStronglyEqual(tag)
    }

    private static func date(_ request: Head, _ id: FieldName, now: CacheTime) -> Int64? {
        request.first(id).flatMap { HTTPDate.parse(request.bytes($0), now: now) }
    }
}
