import NIOCore

/// A request that is the same each time it is sent: the raw, cheapest form of load.
public struct LoadRequest: Sendable {
    /// What the report calls it; requests of one name share a row.
    public var name: String
    /// The method, upper case.
    public var method: String
    /// The path with its query, percent-encoded, beginning with `/`.
    public var path: String
    /// Header fields besides `Host` and `Content-Length`, which are written for you.
    public var headers: [LoadHeader]
    /// The body; empty for none.
    public var body: [UInt8]
    /// How often it is sent in proportion to the other requests of the run; at least 1.
    public var weight: Int
    /// Statuses from 400 up that are answers like any other and no errors.
    public var accepting: [Int]

    /// Makes a request.
    ///
    /// - Parameters:
    ///   - method: the method.
    ///   - path: the path with its query.
    ///   - name: its row in the report; by default the method and the path without its query.
    ///   - headers: header fields besides `Host` and `Content-Length`.
    ///   - body: the body; empty for none.
    ///   - weight: how often it is sent in proportion to the other requests of the run; at least 1.
    ///   - accepting: statuses from 400 up that are no errors.
    public init(
        _ method: String = "GET",
        _ path: String,
        name: String? = nil,
        headers: [LoadHeader] = [],
        body: [UInt8] = [],
        weight: Int = 1,
        accepting: [Int] = []
    ) {
        self.name = name ?? "\(method) \(path.prefix { $0 != "?" })"
        self.method = method
        self.path = path
        self.headers = headers
        self.body = body
        self.weight = weight
        self.accepting = accepting
    }
}

/// A header field of a request.
public struct LoadHeader: Sendable, Hashable {
    /// The field's name.
    public var name: String
    /// The field's value.
    public var value: String

    /// Makes a field.
    public init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }
}
