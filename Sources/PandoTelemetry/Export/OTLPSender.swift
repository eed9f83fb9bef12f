import AsyncHTTPClient
import NIOCore
import NIOHTTP1

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Makes one request of an export and says what its answer means.
struct OTLPSender: Sendable {
    /// How a request that was answered for good ended.
    enum Outcome: Sendable {
        /// Taken, except for that many spans.
        case taken(rejected: Int)
        /// Not taken, and no use in trying again.
        case refused(status: UInt)
    }

    enum Result: Sendable {
        case settled(Outcome)
        /// May be sent again, after the time that the collector asks for.
        case retry(reason: String, after: Duration?)
    }

    /// What is read of an answer.
    private static let maximumAnswerBytes = 64 * 1024

    private let url: String
    private let headers: [String: String]
    private let resource: [(key: String, value: String)]

    init(_ configuration: OTLPExporter.Configuration) throws(TelemetryError) {
        let base = configuration.endpoint
        guard let parsed = URL(string: base), ["http", "https"].contains(parsed.scheme ?? ""),
            !(parsed.host() ?? "").isEmpty
        else {
            throw TelemetryError(
                code: .invalidEndpoint,
                message: "'\(base)' is no address of a collector; it looks like http://127.0.0.1:4318"
            )
        }
        url = (base.hasSuffix("/") ? String(base.dropLast()) : base) + "/v1/traces"
        headers = configuration.headers
        resource =
            [("service.name", configuration.serviceName)]
            + configuration.resourceAttributes.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }

    func send(_ traces: [TraceRecord], _ client: HTTPClient, timeout: Duration) async -> Result {
        do {
            var request = HTTPClientRequest(url: url)
            request.method = .POST
            for (name, value) in headers { request.headers.add(name: name, value: value) }
            request.headers.replaceOrAdd(name: "content-type", value: "application/json")
            request.body = .bytes(ByteBuffer(bytes: try JSONEncoder().encode(OTLPPayload(traces, resource: resource))))
            let timeout = TimeAmount.nanoseconds(Int64(timeout.inSeconds * 1e9))
            let response = try await client.execute(request, timeout: timeout)
            return try await result(of: response)
        } catch {
            return .retry(reason: String(describing: error), after: nil)
        }
    }

    /// https://opentelemetry.io/docs/specs/otlp/#otlphttp-response
    private func result(of response: HTTPClientResponse) async throws -> Result {
        let body = try await response.body.collect(upTo: Self.maximumAnswerBytes)
        switch response.status.code {
        case 200..<300:
            return .settled(.taken(rejected: Self.rejectedSpans(Data(body.readableBytesView))))
        case 429, 502, 503, 504:
            let asked = response.headers.first(name: "retry-after").flatMap(Int.init).map {
                Duration.seconds(max(0, $0))
            }
            return .retry(reason: "status \(response.status.code)", after: asked)
        case let status:
            return .settled(.refused(status: status))
        }
    }

    /// How many spans a partial success left out; an answer that cannot be read left out none.
    static func rejectedSpans(_ body: Data) -> Int {
        struct Answer: Decodable {
            struct PartialSuccess: Decodable { let rejectedSpans: Number? }
            let partialSuccess: PartialSuccess?
        }
        /// Protobuf's JSON writes 64-bit numbers as text; collectors write either.
        struct Number: Decodable {
            let value: Int

            init(from decoder: any Decoder) throws {
                let container = try decoder.singleValueContainer()
                // The other form is tried where this one is not there.
                value = try (try? container.decode(Int.self)) ?? Int(container.decode(String.self)) ?? 0
            }
        }
        // Whatever a collector answers, the spans are its own now.
        let answer = try? JSONDecoder().decode(Answer.self, from: body)
        return max(0, answer?.partialSuccess?.rejectedSpans?.value ?? 0)
    }
}
