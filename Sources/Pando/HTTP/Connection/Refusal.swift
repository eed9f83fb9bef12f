import HTTPTypes
import NIOCore

/// A ready-made answer of the gate. Those that are needed under overload are made once.
struct Refusal {
    let code: ProblemCode
    private let response: HTTPResponse
    private let body: ByteBuffer
    private let isHead: Bool

    /// What the service sheds with: a client may try again after a second (RFC 9110, section 10.2.3).
    static let overloaded = Refusal(Problem(.overloaded, headers: [.retryAfter: "1"]))
    /// The same for HEAD.
    static let overloadedHead = Refusal(Problem(.overloaded, headers: [.retryAfter: "1"]), isHead: true)

    init(_ code: ProblemCode) { self.init(Problem(code)) }

    init(_ problem: Problem, isHead: Bool = false) {
        code = problem.code
        self.isHead = isHead
        let json = problem.json(instance: nil, requestID: nil)
        var fields = problem.headers
        fields[.contentType] = "application/problem+json"
        fields[.contentLength] = String(json.count)
        fields[.cacheControl] = "no-store"
        fields[.xContentTypeOptions] = "nosniff"
        response = HTTPResponse(status: problem.status, headerFields: fields)
        body = ByteBuffer(bytes: json)
    }

    /// The whole answer.
    func bytes(closing: Bool) -> ByteBuffer {
        var encoder = AnswerEncoder()
        var buffer = ByteBuffer()
        buffer.reserveCapacity(512)
        let answer = RequestFlow.Answer(releasesPermit: false, closes: closing, isHTTP10: false, isHead: isHead)
        encoder.writeHead(response, answer, to: &buffer)
        if !isHead { buffer.writeImmutableBuffer(body) }
        return buffer
    }
}
