/// What the fields of a request say about its own transmission, checked (RFC 9110 §7, RFC 9112 §3 and §6).
package struct RequestRules: Sendable {
    package var framing = BodyFraming.none
    /// Whether the client wants to go on using its connection.
    package var keepsAlive = true
    /// Whether the client waits for an interim answer before it sends the body (RFC 9110 §10.1.1).
    package var expectsContinue = false
    /// The protocols that it asks to change to, a list; empty where it does not.
    package var upgrade = Slice.empty
    /// Whether it takes a trailer section in the response (RFC 9110 §10.1.4).
    package var acceptsTrailers = false
    /// The scheme of a target in absolute form. A request for https is to be refused on a connection without TLS (RFC 9110
    /// §7.4).
    package var scheme: RequestTarget.Scheme?
    /// Whether TRACE or OPTIONS has come as far as it may: the edge answers by itself (RFC 9110 §7.6.2).
    package var endsHere = false

    /// Those of a request of another version of HTTP, to be filled in.
    package init() {}

    /// Checks a parsed head, of HTTP/1.
    ///
    /// - Parameter head: Gets its `authority`, and a target in origin form. Loses the fields that Connection names, and those
    ///   that mean nothing in this request.
    package init(_ head: Head) throws(HeadError) {
        if head.method == .other, Method.differsInCaseAlone(head.bytes(head.methodName)) {
            throw .malformed("the method is a known one in another case")
        }
        let fields = FieldSurvey(head)
        scheme = try RequestTarget.settle(head, fields)
        let connection = fields.has(.connection) ? try ConnectionOptions(head) : ConnectionOptions()
        keepsAlive = head.minorVersion == 0 ? connection.keepsAlive && !connection.closes : !connection.closes
        framing = try BodyFraming.request(head, fields)
        if framing != .none, head.method == .trace || head.method == .connect {
            // RFC 9110 §9.3.6 and §9.3.8.
            throw .malformed("a body with a method that has none")
        }
        if head.minorVersion > 0, connection.upgrades, fields.has(.upgrade), !fields.repeated.contains(.upgrade) {
            upgrade = head.first(.upgrade) ?? .empty
        }
        try settleControls(head, fields)
    }

    /// Takes in the fields that control how the request is handled, which mean the same in each version of HTTP. The framing is
    /// known.
    mutating func settleControls(_ head: Head, _ fields: FieldSurvey) throws(HeadError) {
        if fields.has(.expect) { try settleExpectation(head) }
        if fields.has(.te), head.minorVersion > 0 { acceptsTrailers = Self.acceptsTrailers(head) }
        if fields.has(.maxForwards), head.method == .options || head.method == .trace { try countForward(head) }
    }

    /// Whether servers expect no body with this method, so that some do not read it and take it for the next request. The
    /// server's connection must not be used again after it.
    package func isBodyUnexpected(_ method: Method) -> Bool {
        guard framing != .none else { return false }
        return switch method {
        case .get, .head, .delete, .options: true
        case .post, .put, .patch, .query, .connect, .trace, .other: false
        }
    }

    /// An expectation of HTTP/1.0, or without a body to wait for, is none and is not passed on (RFC 9110 §10.1.1). One that is
    /// unknown is refused, because servers have been led astray by what looks like 100-continue and is not.
    private mutating func settleExpectation(_ head: Head) throws(HeadError) {
        for field in head.fields where field.id == .expect {
            guard head.isEqual(field.value, ignoringCaseOf: "100-continue") else { throw .expectationFailed }
        }
        expectsContinue = head.minorVersion > 0 && framing != .none
        if !expectsContinue { head.remove(.expect) }
    }

    private static func acceptsTrailers(_ head: Head) -> Bool {
        for field in head.fields where field.id == .te {
            for coding in ListElements(head, field.value) where head.isEqual(coding, ignoringCaseOf: "trailers") {
                return true
            }
        }
        return false
    }

    /// Takes one from Max-Forwards (RFC 9110 §7.6.2).
    mutating func countForward(_ head: Head) throws(HeadError) {
        guard let value = head.first(.maxForwards), (1...9).contains(value.count),
            head.bytes(value).allSatisfy(Characters.isDigit), let number = Int(head.text(value))
        else { throw .malformed("Max-Forwards is not a number of 1 to 9 digits") }
        if number == 0 {
            endsHere = true
        } else {
            head.set(.maxForwards, String(number - 1))
        }
    }
}
