/// What the fields of a request say about its own transmission, checked (RFC 9110 §7, RFC 9112 §3 and §6).
package struct RequestRules: Sendable {
    package var framing = BodyFraming.none
    /// Whether the client wants to go on using its connection.
    package var keepsAlive = true
    /// Whether the client waits for an interim answer before it sends the body (RFC 9110 §10.1.1).
    package var expectsContinue = false
    /// The protocol that it asks to change to; empty where it does not.
    package var upgrade = Slice.empty

    /// A request without a body, on a connection that stays.
    package init() {}

    /// Checks a parsed head, of HTTP/1.
    ///
    /// - Parameter head: Gets its `authority`, and a target in origin form.
    package init(_ head: Head) throws(HeadError) {
        try Self.settleTarget(head)
        let connection = try ConnectionOptions(head)
        keepsAlive = head.minorVersion == 0 ? connection.keepsAlive && !connection.closes : !connection.closes
        framing = try Self.framing(head)
        // An expectation of HTTP/1.0 is ignored, an unknown one too, which is what servers do (RFC 9110 §10.1.1).
        if head.minorVersion > 0, framing != .none, let expect = head.first(.expect) {
            expectsContinue = head.isEqual(expect, ignoringCaseOf: "100-continue")
        }
        if head.minorVersion > 0, connection.upgrades, let upgrade = head.first(.upgrade) { self.upgrade = upgrade }
    }

    /// Length and coding; both together is how requests are smuggled (RFC 9112 §6.1, §11.2).
    private static func framing(_ head: Head) throws(HeadError) -> BodyFraming {
        guard let coding = head.first(.transferEncoding) else {
            return try Self.length(head).map { $0 == 0 ? .none : .length($0) } ?? .none
        }
        if head.has(.contentLength) { throw .malformed("Content-Length and Transfer-Encoding together") }
        if head.minorVersion == 0 { throw .malformed("Transfer-Encoding in HTTP/1.0") }
        if head.fields.count(where: { $0.id == .transferEncoding }) > 1 {
            throw .malformed("Transfer-Encoding more than once")
        }
        guard head.isEqual(coding, ignoringCaseOf: "chunked") else {
            let text = head.text(coding).lowercased()
            // Where the last coding is not chunked the end of the body cannot be found.
            if text.hasSuffix("chunked"), !text.hasPrefix("chunked") { throw .codingNotSupported }
            throw .malformed("a Transfer-Encoding that does not say chunked, once and last")
        }
        return .chunked
    }

    /// The one Content-Length; nil without any.
    static func length(_ head: Head) throws(HeadError) -> UInt64? {
        var found: UInt64?
        for field in head.fields where field.id == .contentLength {
            if found != nil { throw .malformed("Content-Length more than once") }
            found = try number(head.bytes(field.value))
        }
        return found
    }

    private static func number(_ digits: UnsafeBufferPointer<UInt8>) throws(HeadError) -> UInt64 {
        // Eighteen digits are less than 2^63.
        guard (1...18).contains(digits.count) else {
            throw .malformed("Content-Length is not a number of 1 to 18 digits")
        }
        var number: UInt64 = 0
        for digit in digits {
            guard digit >= UInt8(ascii: "0"), digit <= UInt8(ascii: "9") else {
                throw .malformed("Content-Length is not a number of 1 to 18 digits")
            }
            number = number * 10 + UInt64(digit - UInt8(ascii: "0"))
        }
        return number
    }

    // MARK: Target and host

    /// Finds host and path of the four forms of a target (RFC 9112 §3.2).
    private static func settleTarget(_ head: Head) throws(HeadError) {
        let hosts = head.fields.count(where: { $0.id == .host })
        if hosts > 1 { throw .malformed("Host more than once") }
        if hosts == 0, head.minorVersion > 0 { throw .malformed("a request of HTTP/1.1 without Host") }
        head.authority = head.first(.host) ?? .empty
        if head.has(.host) { try checkHost(head, head.authority, mayBeEmpty: true) }
        let target = head.bytes(head.target)
        switch head.method {
        case .connect:
            // The authority form is CONNECT's alone, and its port is not optional (RFC 9110 §9.3.6).
            try checkHost(head, head.target, mayBeEmpty: false)
            guard target.contains(UInt8(ascii: ":")) else { throw .malformed("CONNECT without a port") }
            head.authority = head.target
        default:
            if target[0] == UInt8(ascii: "/") { return }
            if target.count == 1, target[0] == UInt8(ascii: "*") {
                guard head.method == .options else { throw .malformed("the target * is for OPTIONS alone") }
                return
            }
            try settleAbsolute(head)
        }
    }

    /// The absolute form: its host replaces that of the field Host (RFC 9112 §3.2.2).
    private static func settleAbsolute(_ head: Head) throws(HeadError) {
        let target = head.bytes(head.target)
        guard let skip = schemeLength(target) else {
            throw .malformed("the request target is neither a path, nor a URI of http or https")
        }
        var end = skip
        while end < target.count, target[end] != UInt8(ascii: "/"), target[end] != UInt8(ascii: "?") { end += 1 }
        head.authority = Slice(Int(head.target.start) + skip, end - skip)
        try checkHost(head, head.authority, mayBeEmpty: false)
        if end < target.count, target[end] == UInt8(ascii: "/") {
            head.target = Slice(Int(head.target.start) + end, target.count - end)
        } else {
            let query = String(decoding: target[end...], as: UTF8.self)
            // OPTIONS of a URI without a path is for the server as a whole (RFC 9112 §3.2.4).
            head.target = head.append(head.method == .options && query.isEmpty ? "*" : "/" + query)
        }
    }

    private static func schemeLength(_ target: UnsafeBufferPointer<UInt8>) -> Int? {
        for scheme in ["http://", "https://"] where target.count > scheme.utf8.count {
            let prefix = target.prefix(scheme.utf8.count)
            if String(decoding: prefix, as: UTF8.self).lowercased() == scheme { return scheme.utf8.count }
        }
        return nil
    }

    /// uri-host with an optional port (RFC 9110 §7.2); user information is refused (§4.2.4).
    private static func checkHost(_ head: Head, _ slice: Slice, mayBeEmpty: Bool) throws(HeadError) {
        let host = head.bytes(slice)
        if host.isEmpty {
            guard mayBeEmpty else { throw .malformed("an empty host") }
            return
        }
        guard host.allSatisfy({ Characters.isIn($0, Characters.host) }) else {
            throw .malformed("the host has a character that no host has")
        }
        var nameEnd = host.count
        if host[0] == UInt8(ascii: "[") {
            guard let close = host.firstIndex(of: UInt8(ascii: "]")), close > 1 else {
                throw .malformed("the host's [ has no ]")
            }
            nameEnd = close + 1
            guard nameEnd == host.count || host[nameEnd] == UInt8(ascii: ":") else {
                throw .malformed("the host's ] is followed by something else than a port")
            }
        } else if let colon = host.firstIndex(of: UInt8(ascii: ":")) {
            nameEnd = colon
            guard colon > 0 else { throw .malformed("a port without a host") }
            guard !host.contains(UInt8(ascii: "[")), !host.contains(UInt8(ascii: "]")) else {
                throw .malformed("the host has a bracket in its middle")
            }
        }
        guard nameEnd < host.count else { return }
        let port = host[(nameEnd + 1)...]
        let isNumber = port.count <= 5 && port.allSatisfy { $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }
        guard isNumber, Int(String(decoding: port, as: UTF8.self)) ?? 0 <= 65_535 else {
            throw .malformed("the host's port is not a number up to 65535")
        }
    }
}
