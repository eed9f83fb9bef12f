import Foundation
public import Hummingbird
import NIOCore
import NIOFoundationCompat

/// Decodes JSON bodies with precise errors: 415 for another media type, 413 above the limit, 400 with the field as a JSON
/// pointer for everything else.
public struct JSONRequestDecoder: RequestDecoder {
    init() {}

    /// Reads the body of a request as a value.
    ///
    /// - Throws: ``Problem`` with code `unsupported-media-type`, `body-too-large` or `invalid-body`.
    public func decode<T: Decodable>(
        _ type: T.Type,
        from request: Request,
        context: some RequestContext
    ) async throws -> T {
        guard Self.isJSON(request.headers.only(.contentType)) else {
            throw Problem(.unsupportedMediaType, "Send the body as application/json")
        }
        let buffer: ByteBuffer
        do {
            buffer = try await request.body.collect(upTo: context.maxUploadSize)
        } catch is NIOTooManyBytesError {
            throw RequestBodyError.tooLarge(limit: context.maxUploadSize).problem
        }
        guard buffer.readableBytes > 0 else { throw Problem(.invalidBody, "The body is empty") }
        do {
            return try Self.decoder.decode(type, from: buffer)
        } catch let error as DecodingError {
            throw Problem(decoding: error)
        }
    }

    private static let decoder: JSONDecoder = {
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .iso8601
        return decoder
    }()

    /// A missing type is taken as JSON; a type is JSON by its subtype or its `+json` suffix (RFC 6839).
    private static func isJSON(_ contentType: String?) -> Bool {
        guard let contentType else { return true }
        if contentType.equalsIgnoringCase("application/json") { return true }
        let essence = contentType.prefix { $0 != ";" }.lowercased().trimmingCharacters(in: .whitespaces)
        return essence == "application/json" || essence.hasSuffix("+json")
    }
}
