/// The methods that the edge knows something about; all others are passed on as they are.
package enum Method: UInt8, Sendable {
    case get, head, post, put, delete, connect, options, trace, patch, query
    case other

    /// Finds a method by its name, which is case-sensitive (RFC 9110 §9.1).
    package init(_ name: UnsafeBufferPointer<UInt8>) {
        self = Self.known.first { $0.is(name) } ?? .other
    }

    private static let known: [Method] = [
        .get, .post, .head, .put, .delete, .patch, .options, .query, .connect, .trace,
    ]

    private func `is`(_ name: UnsafeBufferPointer<UInt8>) -> Bool {
        text.withUTF8Buffer { text in
            guard text.count == name.count else { return false }
            for index in 0..<text.count where text[index] != name[index] { return false }
            return true
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
}
