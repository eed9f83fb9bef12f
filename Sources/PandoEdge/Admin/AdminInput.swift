import Foundation

/// The members of a request's JSON body, of which none may be there that nobody knows.
struct AdminInput {
    /// What a member may hold.
    private enum Value: Decodable {
        case text(String)
        case flag(Bool)
        case other

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            // A value is of one kind; that it is not of another is no error.
            if let flag = try? container.decode(Bool.self) {
                self = .flag(flag)
            } else if let text = try? container.decode(String.self) {
                self = .text(text)
            } else {
                self = .other
            }
        }
    }

    private let values: [String: Value]

    /// - Parameters:
    ///   - known: The members that there may be.
    ///   - example: A body as it should be.
    init(_ request: AdminRequest, known: [String], example: String) throws(AdminProblem) {
        let remedy = "send a body such as \(example)"
        guard !request.body.isEmpty else {
            values = [:]
            return
        }
        // A form of another site cannot say this without being asked first whether it may.
        let type = request.contentType?.prefix { $0 != ";" }.lowercased()
        guard type == "application/json" else {
            throw AdminProblem(415, "the body is not said to be JSON", "add 'Content-Type: application/json'")
        }
        do {
            values = try JSONDecoder().decode([String: Value].self, from: Data(request.body))
        } catch {
            throw AdminProblem(400, "the body is no JSON object", remedy)
        }
        for name in values.keys.sorted() where !known.contains(name) {
            throw AdminProblem(400, field: name, "nobody knows this member", "use \(known.joined(separator: ", "))")
        }
    }

    /// Which members there are, of some.
    func names(of some: [String]) -> [String] { some.filter { values[$0] != nil } }

    /// A text that is not empty; nil where there is no such member.
    func text(_ name: String) throws(AdminProblem) -> String? {
        switch values[name] {
        case nil: return nil
        case .text(let text) where !text.isEmpty: return text
        case .text, .flag, .other: throw AdminProblem(400, field: name, "this is no text", "write it in quotes")
        }
    }

    /// True or false; false where there is no such member.
    func flag(_ name: String) throws(AdminProblem) -> Bool {
        switch values[name] {
        case nil: return false
        case .flag(let flag): return flag
        case .text, .other:
            throw AdminProblem(400, field: name, "this is neither true nor false", "write true or false")
        }
    }
}
