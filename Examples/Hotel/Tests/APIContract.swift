import Foundation
import PandoTesting
import Synchronization

@testable import HotelService

/// The OpenAPI document, and which of its operations and statuses were seen.
final class APIContract: Sendable {
    /// `GET /api/hotels 200`, for every operation and status that any test of the process met.
    static let seen = Mutex<Set<String>>([])

    /// Every operation and status in the document.
    func documented() throws -> Set<String> {
        var all: Set<String> = []
        for (path, operations) in try paths() {
            for (method, operation) in operations {
                for status in Self.object(operation, "responses").keys {
                    all.insert("\(method.uppercased()) \(path) \(status)")
                }
            }
        }
        return all
    }

    /// What an answer has that the document does not promise.
    func faults(_ method: String, _ path: String, _ answer: ServiceAnswer) throws -> [String] {
        let plain = String(path.prefix { $0 != "?" })
        guard plain != "/api/openapi.json" else { return [] }
        guard let (template, operations) = try paths().first(where: { Self.matches($0.key, plain) }),
            let operation = operations[method.lowercased()]
        else { return ["the document has no such operation"] }
        guard let response = Self.object(operation, "responses")["\(answer.status)"] as? [String: Any] else {
            return ["the document has no such status"]
        }
        Self.seen.withLock { _ = $0.insert("\(method) \(template) \(answer.status)") }
        let headers = Self.object(response, "headers").keys.filter { answer.header($0) == nil }
        let missing = headers.map { "the header field \($0) is missing" }
        let content = Self.object(response, "content")
        guard let (type, body) = content.first else {
            return missing + (answer.text.isEmpty ? [] : ["there is a body"])
        }
        guard answer.header("Content-Type")?.hasPrefix(type) == true else {
            return missing + ["the body is not \(type)"]
        }
        let value = try JSONSerialization.jsonObject(with: Data(answer.text.utf8))
        return missing
            + JSONSchemaChecker(document: try document()).faults(value, Self.object(body as! [String: Any], "schema"))
    }

    /// The document as the service carries it.
    func document() throws -> [String: Any] {
        try JSONSerialization.jsonObject(with: Data(PackageResources.openapi_json)) as! [String: Any]
    }

    private func paths() throws -> [String: [String: [String: Any]]] {
        try document()["paths"] as! [String: [String: [String: Any]]]
    }

    private static func matches(_ template: String, _ path: String) -> Bool {
        let (left, right) = (template.split(separator: "/"), path.split(separator: "/"))
        return left.count == right.count && zip(left, right).allSatisfy { $0.hasPrefix("{") || $0 == $1 }
    }

    private static func object(_ value: [String: Any], _ name: String) -> [String: Any] {
        value[name] as? [String: Any] ?? [:]
    }
}
