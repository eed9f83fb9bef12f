extension RequestRules {
    /// Checks a head that came in fields and pseudo-fields, and gives it the form of HTTP/1 (RFC 9113 §8.2 and §8.3).
    ///
    /// libnghttp2 has checked that pseudo-fields are complete, single and in front, that names are in lower case and that no
    /// field is of one connection.
    ///
    /// - Parameter stream: Its `head` gets a field Host, its `authority`, and one Cookie for its crumbs.
    init(_ stream: HTTP2Stream, hasBody: Bool) throws(HeadError) {
        self.init()
        let head = stream.head
        try Self.settleAuthority(stream)
        try Self.settleTarget(stream)
        Self.joinCookies(head)
        let fields = FieldSurvey(head)
        let length = try BodyFraming.length(head, fields, zeros: .refused)
        if hasBody, head.method != .connect {
            framing = length.map { $0 == 0 ? .none : .length($0) } ?? .chunked
        }
        // RFC 9110 §9.3.8.
        if framing != .none, head.method == .trace { throw .malformed("a body with a method that has none") }
        try settleControls(head, fields)
        if head.has(.upgrade) { throw .malformed("a field of one connection in HTTP/2") }
    }

    /// A Host that differs from the authority makes two readings possible (RFC 9113 §8.3.1).
    private static func settleAuthority(_ stream: HTTP2Stream) throws(HeadError) {
        let head = stream.head
        let hosts = head.fields.count(where: { $0.id == .host })
        if hosts > 1 { throw .malformed("Host more than once") }
        let host = head.first(.host)
        if stream.authority.isEmpty {
            guard let host else { throw .malformed("a request without authority and Host") }
            stream.authority = host
        }
        head.authority = stream.authority
        if let problem = HostName.problem(head.bytes(head.authority)) { throw .malformed(problem) }
        guard let host else {
            let name = head.append(FieldName.host.text)
            head.fields.insert(Field(id: .host, name: name, value: head.authority), at: 0)
            return
        }
        let authority = head.text(head.authority).lowercased()
        guard head.isEqual(host, ignoringCaseOf: authority) else {
            throw .malformed("Host and :authority are different")
        }
    }

    private static func settleTarget(_ stream: HTTP2Stream) throws(HeadError) {
        let head = stream.head
        if head.method == .connect, stream.connectProtocol.isEmpty {
            guard head.bytes(head.authority).contains(UInt8(ascii: ":")) else {
                throw .malformed("CONNECT without a port")
            }
            head.target = head.authority
            return
        }
        let isHTTP =
            head.isEqual(stream.scheme, ignoringCaseOf: "https") || head.isEqual(stream.scheme, ignoringCaseOf: "http")
        guard isHTTP else { throw .malformed("the scheme is neither http nor https") }
        let target = head.bytes(head.target)
        guard let first = target.first else { throw .malformed("an empty :path") }
        guard target.allSatisfy({ Characters.isIn($0, Characters.target) }) else {
            throw .malformed("the request target has a character that no target has")
        }
        if first == UInt8(ascii: "/") { return }
        guard target.count == 1, first == UInt8(ascii: "*"), head.method == .options else {
            throw .malformed(":path is no path")
        }
    }

    /// Cookies come in crumbs so that they compress better; HTTP/1 has one field (RFC 9113 §8.2.3).
    private static func joinCookies(_ head: Head) {
        var (count, size) = (0, 0)
        for field in head.fields where field.id == .cookie {
            count += 1
            size += Int(field.value.count) + 2
        }
        guard count > 1 else { return }
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: size) { joined in
            var place = 0
            for field in head.fields where field.id == .cookie {
                if place > 0 {
                    joined[place] = UInt8(ascii: ";")
                    joined[place + 1] = UInt8(ascii: " ")
                    place += 2
                }
                for octet in head.bytes(field.value) {
                    joined[place] = octet
                    place += 1
                }
            }
            head.remove(.cookie)
            let value = head.append(UnsafeBufferPointer(rebasing: UnsafeBufferPointer(joined)[..<place]))
            let name = head.append(FieldName.cookie.text)
            head.fields.append(Field(id: .cookie, name: name, value: value))
        }
    }
}
