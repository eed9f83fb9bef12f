/// Cache control that is meant for this kind of cache alone (RFC 9213).
enum TargetedControl {
    /// The directives of the first field of the list that is there, not empty and valid; nil without one.
    ///
    /// What it says stands in the place of Cache-Control and Expires (RFC 9213 §2.2). A field that is no dictionary, or in which a
    /// directive that the cache knows has a value of the wrong type, counts as missing: to read half of it could keep
    /// what must not be kept.
    static func find(_ head: Head, targets: [String]) -> CacheDirectives? {
        for target in targets {
            var lines: [UnsafeBufferPointer<UInt8>] = []
            for field in head.fields where head.isEqual(field.name, ignoringCaseOf: target) {
                lines.append(head.bytes(field.value))
            }
            if lines.isEmpty { continue }
            guard let dictionary = StructuredDictionary(lines), !dictionary.members.isEmpty else { continue }
            if let found = directives(dictionary) { return found }
        }
        return nil
    }

    private static let numeric: Set<String> = ["max-age", "s-maxage", "stale-while-revalidate", "stale-if-error"]
    private static let named: Set<String> = ["no-cache", "private"]
    private static let plain: Set<String> = [
        "no-store", "public", "must-revalidate", "proxy-revalidate", "must-understand", "no-transform", "immutable",
    ]

    private static func directives(_ dictionary: StructuredDictionary) -> CacheDirectives? {
        var found = CacheDirectives()
        for (key, value) in dictionary.members {
            switch value {
            case .integer(let number):
                if plain.contains(key) || named.contains(key) { return nil }
                guard numeric.contains(key) else { continue }
                guard number >= 0 else { return nil }
                take(key, String(number), into: &found)
            case .boolean(let isSet):
                if numeric.contains(key) { return nil }
                if isSet { take(key, nil, into: &found) }
            case .string(let text):
                if numeric.contains(key) || plain.contains(key) { return nil }
                take(key, text, into: &found)
            case .other:
                if numeric.contains(key) || plain.contains(key) || named.contains(key) { return nil }
            }
        }
        found.flags.insert(.present)
        return found
    }

    private static func take(_ key: String, _ argument: String?, into found: inout CacheDirectives) {
        let bytes = Array(key.utf8)
        bytes.withUnsafeBufferPointer { name in
            guard let argument else { return found.take(name, .missing) }
            Array(argument.utf8).withUnsafeBufferPointer { found.take(name, .text($0)) }
        }
    }
}
