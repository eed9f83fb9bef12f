extension CacheEntry {
    /// Makes the head of an answer, for every version of HTTP; Age is there, Content-Length is in the rules.
    ///
    /// - Parameter isHead: Whether the request was a HEAD, whose answer has no body.
    func copyHead(_ plan: ServePlan, into response: Head, isHead: Bool, now: CacheTime) -> ResponseRules {
        head.copy(into: response)
        var length = Int64(body.count)
        switch plan {
        case .whole: break
        case .notModified:
            response.status = 304
            response.fields.removeAll { !Self.belongsIn304($0.id) }
        case .part(let range):
            response.status = 206
            let whole = facts.range == nil ? self.length : facts.range?.length ?? -1
            let text = whole < 0 ? "*" : String(whole)
            response.add(.contentRange, "bytes \(range.first)-\(range.last)/\(text)")
            length = range.count
        case .parts(let parts):
            response.status = 206
            response.set(.contentType, parts.contentType)
            length = parts.length
        case .unsatisfiable:
            response.status = 416
            response.fields.removeAll { $0.id != .date }
            response.add(.contentRange, "bytes */\(self.length)")
            length = 0
        }
        response.add(.age, String(max(0, age(at: now))))
        var rules = ResponseRules()
        if response.status == 304 || response.status == 204 { return rules }
        if isHead {
            rules.announcedLength = UInt64(length)
        } else if length > 0 {
            rules.framing = .length(UInt64(length))
        }
        return rules
    }

    /// What a 304 repeats (RFC 9110 §15.4.5); all else about the content the client has already. Fields about the exchange and not
    /// the content, such as those of CORS, have to be there too, and the edge knows too few of them to choose.
    private static func belongsIn304(_ id: FieldName) -> Bool {
        switch id {
        case .contentType, .contentEncoding, .contentRange, .lastModified, .acceptRanges, .setCookie: false
        default: true
        }
    }
}
