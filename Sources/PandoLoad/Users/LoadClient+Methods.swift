import Foundation

extension LoadClient {
    /// Sends a `GET`. See ``request(_:_:as:headers:body:accepting:)``.
    @discardableResult
    public func get(
        _ path: String,
        as name: String? = nil,
        headers: [LoadHeader] = [],
        accepting: [Int] = []
    ) async throws -> LoadResponse {
        try await request("GET", path, as: name, headers: headers, accepting: accepting)
    }

    /// Sends a `DELETE`. See ``request(_:_:as:headers:body:accepting:)``.
    @discardableResult
    public func delete(
        _ path: String,
        as name: String? = nil,
        headers: [LoadHeader] = [],
        accepting: [Int] = []
    ) async throws -> LoadResponse {
        try await request("DELETE", path, as: name, headers: headers, accepting: accepting)
    }

    /// Sends a `POST` of bytes with the content type in `headers`. See ``request(_:_:as:headers:body:accepting:)``.
    @discardableResult
    public func post(
        _ path: String,
        as name: String? = nil,
        headers: [LoadHeader] = [],
        body: [UInt8] = [],
        accepting: [Int] = []
    ) async throws -> LoadResponse {
        try await request("POST", path, as: name, headers: headers, body: body, accepting: accepting)
    }

    /// Sends a `POST` of a value as JSON. See ``request(_:_:as:headers:body:accepting:)``.
    ///
    /// Encoding costs some microseconds; where a scenario must be as cheap as can be, write the bytes yourself.
    @discardableResult
    public func post(
        _ path: String,
        json value: some Encodable & Sendable,
        as name: String? = nil,
        headers: [LoadHeader] = [],
        accepting: [Int] = []
    ) async throws -> LoadResponse {
        let body = try JSONEncoder().encode(value)
        let type = LoadHeader("Content-Type", "application/json")
        return try await request(
            "POST",
            path,
            as: name,
            headers: headers + [type],
            body: [UInt8](body),
            accepting: accepting
        )
    }
}
