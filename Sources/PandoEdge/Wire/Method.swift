/// The methods that the edge knows something about; all others are passed on as they are.
package enum Method: UInt8, CaseIterable, Sendable {
    case get, head, post, put, delete, connect, options, trace, patch, query
    case other

    /// Finds a method by its name, which is case-sensitive (RFC 9110 §9.1).
    package init(_ name: UnsafeBufferPointer<UInt8>) {
        switch name.count {
        case 3: self = Self.first(of: .get, .put, name)
        case 4: self = Self.first(of: .post, .head, name)
        case 5: self = Self.first(of: .patch, Self.first(of: .query, .trace, name), name)
        case 6: self = Self.first(of: .delete, .delete, name)
        case 7: self = Self.first(of: .options, .connect, name)
        default: self = .other
        }
    }

    @inline(__always)
    private static func first(of one: Method, _ two: Method, _ name: UnsafeBufferPointer<UInt8>) -> Method {
        if one.is(name) { return one }
        return two.is(name) ? two : .other
    }

    @inline(__always)
    private func `is`(_ name: UnsafeBufferPointer<UInt8>) -> Bool {
        let text = text
        guard text.utf8CodeUnitCount == name.count else { return false }
        for index in 0..<name.count where text.utf8Start[index] != name[index] { return false }
        return true
    }

    /// Whether a name is that of a known method but for its case. Some servers take it for that method all the same, and then
    /// disagree on whether its response has a body.
    static func differsInCaseAlone(_ name: UnsafeBufferPointer<UInt8>) -> Bool {
        allCases.contains { method in
            let text = method.text
            guard method != .other, text.utf8CodeUnitCount == name.count else { return false }
            return name.indices.allSatisfy { name[$0] & 0xDF == text.utf8Start[$0] }
        }
    }

    /// The method's name; empty for ``other``.
    package var text: StaticString {
        switch self {
        case .get: "GET"
        case .head: "HEAD"
        case .post: "POST"
        case .put: "PUT"
        case .delete: "DELETE"
        case .connect: "CONNECT"
        case .options: "OPTIONS"
        case .trace: "TRACE"
        case .patch: "PATCH"
        case .query: "QUERY"
        case .other: ""
        }
    }

    /// Whether it asks for no change (RFC 9110 §9.2.1; QUERY by RFC 10008).
    package var isSafe: Bool {
        switch self {
        case .get, .head, .options, .trace, .query: true
        case .post, .put, .delete, .connect, .patch, .other: false
        }
    }

    /// Whether doing it twice is as good as once (RFC 9110 §9.2.2).
    package var isIdempotent: Bool { isSafe || self == .put || self == .delete }

    /// Whether a request of it usually has content, so that one without says so (RFC 9110 §8.6).
    package var expectsContent: Bool {
        switch self {
        case .post, .put, .patch, .query: true
        case .get, .head, .delete, .connect, .options, .trace, .other: false
        }
    }
}
