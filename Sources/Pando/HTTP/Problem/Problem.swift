import Foundation
public import HTTPTypes
public import Hummingbird
import NIOCore

/// An error that a client may see, as an RFC 9457 problem body.
///
/// Throw one from a handler, or any other error: ``ProblemMapper`` makes a problem of everything. Nothing that is put
/// in a problem may be secret, for all of it is sent.
public struct Problem: Error, Sendable, Hashable {
    /// What went wrong; decides status, `type` and title.
    public var code: ProblemCode
    /// What is special about this occurrence, for a person; never internals of the service.
    public var detail: String?
    /// The fields of the request at fault, sent as `errors`.
    public var fields: [FieldError]
    /// More members of the body. A member that RFC 9457 or this type defines is ignored.
    public var members: [String: ProblemValue]
    /// Header fields that go with the answer, such as `Retry-After`.
    public var headers: HTTPFields

    /// Makes a problem of a code from the table or of the app's own.
    public init(
        _ code: ProblemCode,
        _ detail: String? = nil,
        fields: [FieldError] = [],
        members: [String: ProblemValue] = [:],
        headers: HTTPFields = [:]
    ) {
        self.code = code
        self.detail = detail
        self.fields = fields
        self.members = members
        self.headers = headers
    }
}

extension Problem: HTTPResponseError {
    /// The status of the answer.
    public var status: HTTPResponse.Status { code.status }

    /// The answer: `application/problem+json` that is never stored by a cache.
    public func response(from request: Request, context: some RequestContext) throws -> Response {
        response(instance: request.uri.path, requestID: nil)
    }

    /// The answer with the path and the id of the request that it belongs to.
    func response(instance: String?, requestID: String?) -> Response {
        let body = ByteBuffer(bytes: json(instance: instance, requestID: requestID))
        var fields = HTTPFields()
        fields.reserveCapacity(8 + headers.count)
        fields.append(HTTPField(name: .contentType, value: "application/problem+json"))
        fields.append(HTTPField(name: .cacheControl, value: "no-store"))
        fields.append(contentsOf: headers)
        return Response(status: status, headers: fields, body: ResponseBody(byteBuffer: body))
    }

    /// The body as JSON, members in a fixed order.
    func json(instance: String?, requestID: String?) -> Data {
        let body = Body(problem: self, instance: instance, requestID: requestID)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        do {
            return try encoder.encode(body)
        } catch {
            // Only a member that JSON cannot hold (an infinite number) brings us here: leave the members out.
            return Data(#"{"code":"\#(code.name)","status":\#(status.code),"type":"\#(code.type)"}"#.utf8)
        }
    }
}

extension Problem {
    private struct Body: Encodable {
        let problem: Problem
        let instance: String?
        let requestID: String?

        struct Key: CodingKey {
            let stringValue: String
            var intValue: Int? { nil }
            init(stringValue: String) { self.stringValue = stringValue }
            init?(intValue: Int) { nil }
        }

        static let reserved: Set = ["type", "title", "status", "detail", "instance", "code", "errors", "requestID"]

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: Key.self)
            try container.encode(problem.code.type, forKey: Key(stringValue: "type"))
            try container.encode(problem.code.title, forKey: Key(stringValue: "title"))
            try container.encode(problem.status.code, forKey: Key(stringValue: "status"))
            try container.encode(problem.code.name, forKey: Key(stringValue: "code"))
            try container.encodeIfPresent(problem.detail, forKey: Key(stringValue: "detail"))
            try container.encodeIfPresent(instance, forKey: Key(stringValue: "instance"))
            try container.encodeIfPresent(requestID, forKey: Key(stringValue: "requestID"))
            if !problem.fields.isEmpty { try container.encode(problem.fields, forKey: Key(stringValue: "errors")) }
            for (name, value) in problem.members where !Self.reserved.contains(name) {
                try container.encode(value, forKey: Key(stringValue: name))
            }
        }
    }
}
