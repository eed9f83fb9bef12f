import Testing

@testable import PandoEdge

/// What the edge makes of bytes from one side, as the other side would see it.
enum WireReading: Equatable, CustomStringConvertible {
    /// Refused with this status; nothing is passed on.
    case refused(Int)
    /// More is to come.
    case incomplete
    /// Passed on as this text, with the body and trailers in the form that the text says; so many bytes were taken.
    case passed(String, taken: Int)

    var description: String {
        switch self {
        case .refused(let status): "refused with \(status)"
        case .incomplete: "incomplete"
        case .passed(let text, let taken): "passed after \(taken) bytes: \(text.debugDescription)"
        }
    }

    /// The text that is passed on; nil where none is.
    var text: String? {
        guard case .passed(let text, _) = self else { return nil }
        return text
    }

    /// Reads the first request of bytes.
    static func request(_ bytes: [UInt8], limits: HeadLimits = HeadLimits()) -> WireReading {
        reading { () throws(HeadError) in
            let head = Head()
            guard case .complete(let count) = try HeadParser.request(bytes, into: head, limits: limits) else {
                return nil
            }
            let rules = try RequestRules(head)
            guard let body = try WireBody.read(Array(bytes[count...]), rules.framing) else { return nil }
            let output = OutputBytes(capacity: 64)
            HeadWriter.request(
                head,
                rules,
                host: head.authority,
                requestID: .empty,
                forwarding: plainForwarding,
                to: output
            )
            return (String(decoding: output.bytes, as: UTF8.self) + body.text(rules.framing), count + body.taken)
        }
    }

    /// Reads the first response of bytes, to a request of HTTP/1.1.
    static func response(_ bytes: [UInt8], to method: Method = .get, client minorVersion: UInt8 = 1) -> WireReading {
        reading { () throws(HeadError) in
            let head = Head()
            guard case .complete(let count) = try HeadParser.response(bytes, into: head, limits: HeadLimits()) else {
                return nil
            }
            let rules = try ResponseRules(head, to: method)
            guard let body = try WireBody.read(Array(bytes[count...]), rules.framing) else { return nil }
            var terms = HeadWriter.ResponseTerms()
            (terms.method, terms.minorVersion) = (method, minorVersion)
            let output = OutputBytes(capacity: 64)
            let passed = HeadWriter.response(
                head,
                rules,
                terms: terms,
                via: [],
                date: DateLine(seconds: 784_111_777),
                to: output
            )
            return (String(decoding: output.bytes, as: UTF8.self) + body.text(passed.framing), count + body.taken)
        }
    }

    private static var plainForwarding: Forwarding {
        var configuration = Forwarding.Configuration()
        (configuration.via, configuration.writesXForwarded) = (nil, false)
        return Forwarding(configuration, client: .init(address: "192.0.2.1", isSecure: false))
    }

    private static func reading(_ read: () throws(HeadError) -> (String, Int)?) -> WireReading {
        do throws(HeadError) {
            guard let (text, taken) = try read() else { return .incomplete }
            return .passed(text, taken: taken)
        } catch {
            return .refused(error.status)
        }
    }
}

/// The content of a body, without its framing.
struct WireBody: Equatable {
    var content: [UInt8] = []
    var trailers = ""
    var taken = 0

    /// Reads a body whole; nil where more is to come.
    static func read(_ bytes: [UInt8], _ framing: BodyFraming) throws(HeadError) -> WireBody? {
        switch framing {
        case .none: return WireBody()
        case .untilClose: return WireBody(content: bytes, taken: bytes.count)
        case .length(let length):
            guard UInt64(bytes.count) >= length else { return nil }
            return WireBody(content: Array(bytes[..<Int(length)]), taken: Int(length))
        case .chunked: return try chunked([bytes])
        }
    }

    /// Reads a chunked body that comes in pieces; nil where more is to come.
    static func chunked(_ pieces: [[UInt8]]) throws(HeadError) -> WireBody? {
        var decoder = ChunkedDecoder()
        var body = WireBody()
        var rest: [UInt8] = []
        for piece in pieces {
            rest += piece
            if try body.readSome(of: &rest, &decoder) { return body }
        }
        return nil
    }

    /// Reads on as far as there is something; true at the end of the body.
    private mutating func readSome(of rest: inout [UInt8], _ decoder: inout ChunkedDecoder) throws(HeadError) -> Bool {
        while !rest.isEmpty {
            switch try decoder.next(rest) {
            case .data(let count): content += take(count, from: &rest)
            case .skip(let count): _ = take(count, from: &rest)
            case .trailers:
                let head = Head()
                guard case .complete(let count) = try HeadParser.trailers(rest, into: head) else { return false }
                _ = take(count, from: &rest)
                try TrailerRules.settle(head)
                trailers = head.fields.map { "\(head.text($0.name)): \(head.text($0.value))\r\n" }.joined()
                return true
            }
        }
        return false
    }

    private mutating func take(_ count: Int, from rest: inout [UInt8]) -> ArraySlice<UInt8> {
        #expect(count > 0 && count <= rest.count, "a step takes one byte at least, and none that is not there")
        defer { rest.removeFirst(count) }
        taken += count
        return rest[..<count]
    }

    /// The body as it is passed on.
    func text(_ framing: BodyFraming) -> String {
        let content = String(decoding: content, as: UTF8.self)
        guard framing == .chunked else { return content }
        let chunk = content.isEmpty ? "" : "\(String(content.utf8.count, radix: 16))\r\n\(content)\r\n"
        return "\(chunk)0\r\n\(trailers)\r\n"
    }
}
