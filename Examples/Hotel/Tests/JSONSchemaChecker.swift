import Foundation

/// Checks a JSON value against the part of JSON Schema 2020-12 that the service's OpenAPI file uses, and refuses what it does
/// not know, so that no rule goes unchecked.
struct JSONSchemaChecker {
    let document: [String: Any]

    /// What does not fit, each with its place; empty where everything fits.
    func faults(_ value: Any, _ schema: [String: Any], at place: String = "") -> [String] {
        if let reference = schema["$ref"] as? String { return faults(value, resolve(reference), at: place) }
        var found: [String] = []
        for (keyword, rule) in schema {
            switch keyword {
            case "type": found += Self.hasType(value, rule) ? [] : ["\(place): \(value) is no \(rule)"]
            case "enum":
                found += (rule as! [String]).contains("\(value)") ? [] : ["\(place): \(value) is none of \(rule)"]
            case "properties": found += properties(value, rule as! [String: Any], schema, at: place)
            case "required":
                let names = (value as? [String: Any])?.keys
                found += (rule as! [String]).filter { names?.contains($0) != true }.map { "\(place)/\($0) is missing" }
            case "items":
                for (index, item) in (value as? [Any] ?? []).enumerated() {
                    found += faults(item, rule as! [String: Any], at: "\(place)/\(index)")
                }
            case "minItems": found += (value as! [Any]).count >= rule as! Int ? [] : ["\(place) has too few items"]
            case "minimum": found += (value as! Int) >= rule as! Int ? [] : ["\(place): \(value) is too small"]
            case "maximum": found += (value as! Int) <= rule as! Int ? [] : ["\(place): \(value) is too great"]
            case "minLength": found += (value as! String).count >= rule as! Int ? [] : ["\(place) is too short"]
            case "maxLength": found += (value as! String).count <= rule as! Int ? [] : ["\(place) is too long"]
            case "pattern":
                // The pattern is the file's own.
                let matches = try! Regex(rule as! String).firstMatch(in: value as! String) != nil
                found += matches ? [] : ["\(place): \(value) does not match \(rule)"]
            case "format": found += Self.hasFormat(value, rule as! String) ? [] : ["\(place): \(value) is no \(rule)"]
            case "additionalProperties", "description", "default": break
            default: found.append("\(place): the checker does not know \(keyword)")
            }
        }
        return found
    }

    /// The part of the document that a reference names.
    func resolve(_ reference: String) -> [String: Any] {
        reference.split(separator: "/").dropFirst().reduce(document) { $0[String($1)] as! [String: Any] }
    }

    private func properties(
        _ value: Any,
        _ rules: [String: Any],
        _ schema: [String: Any],
        at place: String
    ) -> [String] {
        guard let object = value as? [String: Any] else { return [] }
        let isClosed = schema["additionalProperties"] as? Bool == false
        return object.flatMap { name, member -> [String] in
            guard let rule = rules[name] as? [String: Any] else {
                return isClosed ? ["\(place)/\(name) is unexpected"] : []
            }
            return faults(member, rule, at: "\(place)/\(name)")
        }
    }

    private static func hasType(_ value: Any, _ rule: Any) -> Bool {
        switch rule as! String {
        case "object": value is [String: Any]
        case "array": value is [Any]
        case "string": value is String
        case "integer": (value as? NSNumber).map { Double($0.int64Value) == $0.doubleValue } ?? false
        default: false
        }
    }

    private static func hasFormat(_ value: Any, _ format: String) -> Bool {
        let text = "\(value)"
        return switch format {
        case "uuid": UUID(uuidString: text) != nil
        case "date": text.wholeMatch(of: /\d{4}-\d\d-\d\d/) != nil
        case "date-time": text.wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/) != nil
        case "email": text.contains("@")
        case "int64": value is NSNumber
        default: false
        }
    }
}
