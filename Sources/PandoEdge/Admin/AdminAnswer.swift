import Foundation

/// An answer of the admin interface.
struct AdminAnswer: Sendable {
    var status: Int
    var contentType: String
    var body: [UInt8]
    var fields: [(name: String, value: String)] = []

    init(_ status: Int, _ contentType: String, _ body: [UInt8]) {
        self.status = status
        self.contentType = contentType
        self.body = body
    }

    static func text(_ text: String, _ contentType: String = "text/plain; charset=utf-8") -> AdminAnswer {
        AdminAnswer(200, contentType, Array(text.utf8))
    }

    static func json(_ value: some Encodable, _ status: Int = 200) -> AdminAnswer {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        do {
            return AdminAnswer(status, "application/json", Array(try encoder.encode(value)) + [0x0A])
        } catch {
            // Texts and finite numbers always can be encoded.
            preconditionFailure("an answer cannot be encoded: \(error)")
        }
    }

    /// What is wrong, where, and what to do.
    init(_ problem: AdminProblem) {
        self = .json(AdminProblem.Report(error: problem), problem.status)
        fields = problem.fields
    }

    /// As it is sent. Nothing of it may be kept by a cache.
    func bytes(isHead: Bool) -> [UInt8] {
        var head = "HTTP/1.1 \(status) \(StatusLine.phrase(status))\r\n"
        head += "Content-Type: \(contentType)\r\nContent-Length: \(body.count)\r\n"
        head += "Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\nConnection: close\r\n"
        for field in fields { head += "\(field.name): \(field.value)\r\n" }
        return Array(head.utf8) + [0x0D, 0x0A] + (isHead ? [] : body)
    }
}
