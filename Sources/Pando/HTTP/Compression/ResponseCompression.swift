import HTTPTypes
import Hummingbird
import NIOCore

/// Compresses answers with gzip for clients that ask for it: texts of 1 KiB or more that are not compressed yet, that
/// nobody asked to leave alone (`no-transform`), and that set no cookie.
///
/// The validator of a compressed answer becomes weak, for the plain answer has the same one (RFC 9110, section 8.8.1).
///
/// **BREACH.** Compression gives away how much an answer repeats of its request. An answer that holds a secret and
/// repeats what a stranger can choose may be probed for the secret. Nothing of the platform is such a secret in a body:
/// sessions are in cookies that no script reads, and there are no CSRF tokens. An app that puts secrets into its bodies
/// says `Cache-Control: no-transform` there.
struct ResponseCompression: Sendable {
    private static let minimumBytes = 1024
    /// Bodies up to this size are compressed at once, larger ones and streams piece by piece.
    private static let wholeBytes = 256 * 1024

    private static let vary = HTTPField(name: .vary, value: "Accept-Encoding")

    private let pool = GzipPool()

    /// Compresses an answer if it may be.
    func apply(to response: inout Response, request: HTTPFields, method: HTTPRequest.Method) async throws {
        guard isAllowed(response), let type = response.headers.only(.contentType), ContentType.isCompressible(type)
        else { return }
        Self.addVary(&response.headers)
        guard method != .head, AcceptEncoding.takesGzip(request), let loan = pool.take() else { return }
        if let tag = response.headers[.eTag], !tag.hasPrefix("W/") { response.headers[.eTag] = "W/" + tag }
        response.headers[.contentEncoding] = "gzip"
        if let size = response.body.contentLength, size <= Self.wholeBytes {
            let sink = WholeBody()
            try await response.body.write(sink)
            let compressed = loan.gzip.compress(sink.buffer, .finish)
            pool.give(loan)
            response.headers[.contentLength] = String(compressed.readableBytes)
            response.body = ResponseBody(byteBuffer: compressed)
        } else {
            stream(&response, loan)
        }
    }

    private func stream(_ response: inout Response, _ loan: GzipPool.Loan) {
        let body = response.body
        let pool = pool
        response.headers[.contentLength] = nil
        // Events are for the moment: what is written must arrive.
        let isEventStream = response.headers[.contentType]?.hasPrefix("text/event-stream") == true
        response.body = ResponseBody { writer in
            defer { pool.give(loan) }
            try await body.write(GzipWriter(parent: writer, loan: loan, flushes: isEventStream))
        }
    }

    private func isAllowed(_ response: Response) -> Bool {
        if response.body.contentLength.map({ $0 < Self.minimumBytes }) ?? false { return false }
        if response.status.code == 206 || response.status.code == 304 || response.status.kind == .informational {
            return false
        }
        return response.headers.allSatisfy { field in
            switch field.name {
            case .contentEncoding, .setCookie, .contentRange: false
            case .cacheControl: !field.value.contains("no-transform")
            default: true
            }
        }
    }

    private static func addVary(_ fields: inout HTTPFields) {
        let isSaid = fields.contains { field in
            field.name == .vary && (field.value == "*" || field.value.lowercased().contains("accept-encoding"))
        }
        if !isSaid { fields.append(Self.vary) }
    }
}

/// Collects a body whose size is known and bounded.
private final class WholeBody: ResponseBodyWriter {
    var buffer = ByteBuffer()

    func write(_ buffer: ByteBuffer) async throws {
        self.buffer.writeImmutableBuffer(buffer)
    }

    func finish(_ trailingHeaders: HTTPFields?) async throws {}
}

/// Compresses what is written to it and writes it on.
private struct GzipWriter: ResponseBodyWriter {
    var parent: any ResponseBodyWriter
    let loan: GzipPool.Loan
    let flushes: Bool

    @concurrent mutating func write(_ buffer: ByteBuffer) async throws {
        let compressed = loan.gzip.compress(buffer, flushes ? .flush : .more)
        if compressed.readableBytes > 0 { try await parent.write(compressed) }
    }

    @concurrent consuming func finish(_ trailingHeaders: HTTPFields?) async throws {
        let last = loan.gzip.compress(ByteBuffer(), .finish)
        var parent = parent
        try await parent.write(last)
        try await parent.finish(trailingHeaders)
    }
}
