/// What Connection says, and with it which fields are not to be passed on (RFC 9110 §7.6.1).
package struct ConnectionOptions: Sendable {
    package var closes = false
    package var keepsAlive = false
    package var upgrades = false

    /// The most fields that may be named: each of them is looked for among all fields.
    static let maximumNamed = 32

    /// Those of a message without Connection.
    package init() {}

    /// Reads the options, and removes the fields that they name.
    ///
    /// - Throws: ``HeadError/malformed(_:)`` where one names a field that the message cannot do without: that is how a field is
    ///   hidden from the server behind.
    package init(_ head: Head) throws(HeadError) {
        var named: [Slice] = []
        for field in head.fields where field.id == .connection {
            for option in ListElements(head, field.value) { try take(option, head, &named) }
        }
        for name in named { head.remove(named: head.text(name).lowercased()) }
    }

    private mutating func take(_ option: Slice, _ head: Head, _ named: inout [Slice]) throws(HeadError) {
        if head.isEqual(option, ignoringCaseOf: "close") {
            closes = true
        } else if head.isEqual(option, ignoringCaseOf: "keep-alive") {
            keepsAlive = true
        } else if head.isEqual(option, ignoringCaseOf: "upgrade") {
            upgrades = true
        } else {
            let name = head.bytes(option)
            guard name.allSatisfy({ Characters.isIn($0, Characters.token) }) else {
                throw .malformed("Connection has an option that is no token")
            }
            let id = FieldName.find(name)
            // These are never passed on as they came.
            if id.isHopByHop { return }
            guard !id.isEndToEnd else { throw .malformed("Connection names a field that is not of one connection") }
            guard named.count < Self.maximumNamed else { throw .malformed("Connection names too many fields") }
            named.append(option)
        }
    }
}

extension FieldName {
    /// Whether a sender must not name the field in Connection (RFC 9110 §7.6.1): framing, routing, conditions and credentials.
    fileprivate var isEndToEnd: Bool {
        switch self {
        case .host, .contentLength, .cacheControl, .authorization, .cookie, .setCookie, .contentType, .contentEncoding,
            .range,
            .ifRange, .ifMatch, .ifNoneMatch, .ifModifiedSince, .ifUnmodifiedSince, .contentRange, .vary, .expires,
            .date,
            .age, .xForwardedFor, .xForwardedProto, .xForwardedHost, .forwarded, .via, .expect:
            true
        default: false
        }
    }
}
