import Foundation

/// What a service under test answered.
public struct ServiceAnswer: Sendable {
    /// The status, such as 201.
    public let status: Int
    /// The header fields, in their order.
    public let headers: [(name: String, value: String)]
    /// The body.
    public let body: [UInt8]

    /// The body as text.
    public var text: String { String(decoding: body, as: UTF8.self) }

    /// The first header field of a name, whatever its capitals; nil where there is none.
    public func header(_ name: String) -> String? {
        headers.first { $0.name.lowercased() == name.lowercased() }?.value
    }

    /// The body as a value.
    ///
    /// - Throws: `DecodingError`, which says what is missing where.
    public func json<T: Decodable>(_ type: T.Type = T.self) throws -> T {
        try JSONDecoder().decode(type, from: Data(body))
    }
}
