import Yams

/// A description as it was read, with the things that its references name.
struct OpenAPIDocument {
    /// Larger files are no descriptions.
    static let bytesLimit = 16 << 20
    private static let nodesLimit = 1_000_000

    let root: JSONValue

    /// Reads JSON or YAML.
    init(reading bytes: [UInt8]) throws(OpenAPIFault) {
        let isJSON = bytes.first { ![0x20, 0x09, 0x0A, 0x0D].contains($0) } == UInt8(ascii: "{")
        if isJSON {
            do throws(JSONFault) {
                root = try JSONValue(reading: bytes)
            } catch {
                throw OpenAPIFault([], "it is no JSON: \(error.problem), at byte \(error.place)")
            }
        } else {
            root = try Self.yaml(bytes)
        }
        guard let version = root["openapi"]?.string, version.hasPrefix("3.0.") || version.hasPrefix("3.1.") else {
            throw OpenAPIFault(["openapi"], "the version is not 3.0 or 3.1")
        }
    }

    private static func yaml(_ bytes: [UInt8]) throws(OpenAPIFault) -> JSONValue {
        guard let text = String(validating: bytes, as: UTF8.self) else { throw OpenAPIFault([], "it is not UTF-8") }
        let node: Node?
        do {
            node = try Yams.compose(yaml: text)
        } catch {
            throw OpenAPIFault([], "it is no YAML: \(error)")
        }
        var budget = nodesLimit
        return try value(node ?? Node(""), [], &budget)
    }

    private static func value(_ node: Node, _ path: [String], _ budget: inout Int) throws(OpenAPIFault) -> JSONValue {
        budget -= 1
        // Aliases of aliases are short to write and long to read.
        guard budget > 0, path.count <= JSONScanner.depthLimit else {
            throw OpenAPIFault(path, "there is too much of it")
        }
        switch node {
        case .scalar(let scalar): return value(scalar)
        case .sequence(let sequence):
            var elements: [JSONValue] = []
            for (index, element) in sequence.enumerated() {
                elements.append(try value(element, path + ["\(index)"], &budget))
            }
            return .array(elements)
        case .mapping(let mapping):
            var members: [String: JSONValue] = [:]
            for (key, member) in mapping {
                guard let name = key.scalar?.string else { throw OpenAPIFault(path, "a key is no text") }
                guard members.updateValue(try value(member, path + [name], &budget), forKey: name) == nil else {
                    throw OpenAPIFault(path + [name], "it is there twice")
                }
            }
            return .object(members)
        case .alias: throw OpenAPIFault(path, "an alias of nothing")
        }
    }

    /// By the core schema of YAML 1.2 (§10.3.2), which JSON is a part of.
    private static func value(_ scalar: Node.Scalar) -> JSONValue {
        guard scalar.style == .any || scalar.style == .plain else { return .string(scalar.string) }
        switch scalar.string {
        case "", "~", "null", "Null", "NULL": return .null
        case "true", "True", "TRUE": return .bool(true)
        case "false", "False", "FALSE": return .bool(false)
        default:
            let text = scalar.string
            let isNumber = text.utf8.allSatisfy { Characters.isDigit($0) || "+-.eE".utf8.contains($0) }
            guard isNumber, text.utf8.contains(where: Characters.isDigit) else { return .string(text) }
            if let whole = Int64(text) { return .integer(whole) }
            return Double(text).map(JSONValue.init(number:)) ?? .string(text)
        }
    }

    /// What a reference names.
    func target(of reference: String, at path: [String]) throws(OpenAPIFault) -> (value: JSONValue, path: [String]) {
        guard reference.hasPrefix("#/") else {
            throw OpenAPIFault(path, "the reference '\(reference)' leaves the file, which is not supported")
        }
        var (value, found) = (root, [String]())
        for part in reference.dropFirst(2).split(separator: "/", omittingEmptySubsequences: false) {
            let plain = PercentText.decode(Array(part.utf8), plusIsSpace: false) ?? String(part)
            let name = plain.replacing("~1", with: "/").replacing("~0", with: "~")
            let next = value.array.flatMap { list in Int(name).flatMap { list.indices.contains($0) ? list[$0] : nil } }
            guard let next = next ?? value[name] else { throw OpenAPIFault(path, "there is no '\(reference)'") }
            value = next
            found.append(name)
        }
        return (value, found)
    }

    /// Follows a reference, and the references behind it.
    func resolve(_ value: JSONValue, _ path: [String]) throws(OpenAPIFault) -> (value: JSONValue, path: [String]) {
        var (value, path, count) = (value, path, 0)
        while let reference = value["$ref"]?.string {
            count += 1
            if count > 32 { throw OpenAPIFault(path, "references go in a circle") }
            (value, path) = try target(of: reference, at: path)
        }
        return (value, path)
    }
}

/// Text with percent-escapes (RFC 3986 §2.1).
enum PercentText {
    /// Nil where an escape is broken, or where it is not UTF-8.
    static func decode(_ octets: [UInt8], plusIsSpace: Bool) -> String? {
        var (decoded, place) = ([UInt8](), 0)
        decoded.reserveCapacity(octets.count)
        while place < octets.count {
            if octets[place] == UInt8(ascii: "%") {
                guard place + 2 < octets.count, let high = Characters.hexadecimal(octets[place + 1]),
                    let low = Characters.hexadecimal(octets[place + 2])
                else { return nil }
                decoded.append(UInt8(high << 4 | low))
                place += 3
            } else {
                decoded.append(plusIsSpace && octets[place] == UInt8(ascii: "+") ? 0x20 : octets[place])
                place += 1
            }
        }
        return String(validating: decoded, as: UTF8.self)
    }
}
