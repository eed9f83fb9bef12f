import Foundation
public import Hummingbird
import NIOCore
import NIOFoundationCompat

/// Encodes answers as JSON in one buffer.
public struct JSONResponseEncoder: ResponseEncoder {
    init() {}

    /// Makes an answer with status 200 of a value.
    public func encode(
        _ value: some Encodable,
        from request: Request,
        context: some RequestContext
    ) throws -> Response {
        let buffer = try Self.encoder.encodeAsByteBuffer(value, allocator: ByteBufferAllocator())
        return Response(status: .ok, headers: Self.fields, body: ResponseBody(byteBuffer: buffer))
    }

    private static let fields: HTTPFields = [.contentType: "application/json; charset=utf-8"]

    private static let encoder: JSONEncoder = {
        let encoder = JSONEncoder()
        encoder.dateEncodingStrategy = .iso8601
        encoder.outputFormatting = .withoutEscapingSlashes
        return encoder
    }()
}
