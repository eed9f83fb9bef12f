import Foundation

/// A complete answer.
public struct LoadResponse: Sendable {
    /// The status code, 200 to 599.
    public let status: Int

    /// The body, at most ``LoadRun/Configuration/maxBodyBytes`` long.
    public let body: [UInt8]

    private let head: [UInt8]

    /// The request's name in the report.
    var name = ""
    var setsCookies = false

    /// - Parameter head: the header lines, each with its CRLF.
    init(status: Int, head: [UInt8], body: [UInt8]) {
        self.status = status
        self.head = head
        self.body = body
    }

    /// The value of the first field of a name, in any case.
    public func header(_ name: String) -> String? { values(of: name).first }

    /// The values of all fields of a name, in any case. Fields are searched at each call, not indexed.
    public func values(of name: String) -> [String] {
        let wanted = Array(name.lowercased().utf8)
        return head.split(separator: UInt8(ascii: "\n")).compactMap { line in
            guard line.count > wanted.count, line[line.startIndex + wanted.count] == UInt8(ascii: ":"),
                zip(line, wanted).allSatisfy({ (0x41...0x5A).contains($0) ? $0 | 0x20 == $1 : $0 == $1 })
            else { return nil }
            return String(decoding: line.dropFirst(wanted.count + 1), as: UTF8.self).trimmed
        }
    }

    /// The body as text; bytes that are not UTF-8 become replacement characters.
    public var text: String { String(decoding: body, as: UTF8.self) }

    /// Decodes the body as JSON.
    ///
    /// - Throws: `invalidResponse` if the body is not what the type decodes.
    public func json<T: Decodable>(as type: T.Type = T.self) throws(LoadError) -> T {
        do {
            return try JSONDecoder().decode(type, from: Data(body))
        } catch {
            throw LoadError(
                .invalidResponse,
                "\(name): the body (\(body.count) bytes, status \(status)) is not a \(type)",
                underlying: error
            )
        }
    }

    /// Returns the answer if its status is from 200 to 299.
    ///
    /// - Throws: `unexpectedStatus` otherwise; the message has name and status only, so that failures count together.
    @discardableResult
    public func requireSuccess() throws(LoadError) -> LoadResponse {
        guard (200..<300).contains(status) else {
            throw LoadError(.unexpectedStatus, "\(name): status \(status), wanted 200 to 299", status: status)
        }
        return self
    }
}
