import HTTPTypes
import NIOCore
import NIOHTTP1

/// A ready-made answer of the gate. Those that are needed under overload are made once.
struct Refusal {
    let code: ProblemCode
    private let head: HTTPResponseHead
    private let body: ByteBuffer?

    /// What the service sheds with: a client may try again after a second (RFC 9110, section 10.2.3).
    static let overloaded = Refusal(Problem(.overloaded, headers: [.retryAfter: "1"]))
    /// The same for HEAD.
    static let overloadedHead = Refusal(Problem(.overloaded, headers: [.retryAfter: "1"]), isHead: true)

    init(_ code: ProblemCode) { self.init(Problem(code)) }

    init(_ problem: Problem, isHead: Bool = false) {
        code = problem.code
        let json = problem.json(instance: nil, requestID: nil)
        var headers = RequestConversion.headers(problem.headers)
        headers.add(name: "Content-Type", value: "application/problem+json")
        headers.add(name: "Content-Length", value: String(json.count))
        headers.add(name: "Cache-Control", value: "no-store")
        headers.add(name: "X-Content-Type-Options", value: "nosniff")
        head = HTTPResponseHead(
            version: .http1_1,
            status: HTTPResponseStatus(statusCode: problem.status.code, reasonPhrase: problem.status.reasonPhrase),
            headers: headers
        )
        body = isHead ? nil : ByteBuffer(bytes: json)
    }

    /// Hands the parts of the answer to `write`, the promise with the last.
    func write(
        closing: Bool,
        promise: EventLoopPromise<Void>?,
        _ write: (HTTPServerResponsePart, EventLoopPromise<Void>?) -> Void
    ) {
        var head = head
        head.headers.add(name: "Date", value: HTTPDate.now)
        if closing { head.headers.add(name: "Connection", value: "close") }
        write(.head(head), nil)
        if let body { write(.body(.byteBuffer(body)), nil) }
        write(.end(nil), promise)
    }
}
