/// Which requests a stored response answers: the names that Vary gives and what the request had under them (RFC 9111 §4.1).
package struct Variant: Sendable, Equatable {
    /// Names in lower case, each ended by a zero.
    package let names: [UInt8]
    /// The values in the order of the names, normalised: for each an octet for missing (0) or there (1), the value, a zero.
    package let values: [UInt8]

    /// Of a response without Vary.
    package static let none = Variant(names: [], values: [])

    /// The most names that Vary may have, and the most bytes of the values.
    static let maximumNames = 16
    static let maximumValueBytes = 8192

    /// The name under which a cookie is looked at.
    package static func cookie(_ name: String) -> String { "=" + name }

    package init(names: [UInt8], values: [UInt8]) {
        self.names = names
        self.values = values
    }

    /// The variant of a response to a request; nil where Vary has a `*`, which no request matches, or is out of bounds.
    ///
    /// - Parameter extra: More names: of fields, in lower case, and of cookies (``cookie(_:)``).
    package init?(request: Head, response: Head, extra: [String] = []) {
        var found = extra
        for field in response.fields where field.id == .vary {
            for element in ListElements(response, field.value) {
                let name = response.bytes(element)
                if name.count == 1, name[0] == UInt8(ascii: "*") { return nil }
                guard name.allSatisfy({ Characters.isIn($0, Characters.token) }) else { return nil }
                let text = ByteText.lowercased(name)
                if !found.contains(text) { found.append(text) }
            }
        }
        guard found.count <= Self.maximumNames else { return nil }
        guard !found.isEmpty else {
            self = .none
            return
        }
        // Sorted, so that the order in Vary makes no other variant.
        var names: [UInt8] = []
        for name in found.sorted() { names += Array(name.utf8) + [0] }
        var values: [UInt8] = []
        Self.appendValues(of: request, names: names, to: &values)
        guard values.count <= Self.maximumValueBytes else { return nil }
        self.init(names: names, values: values)
    }

    /// Appends what a request has under names, normalised.
    package static func appendValues(of request: Head, names: [UInt8], to values: inout [UInt8]) {
        names.withUnsafeBufferPointer { names in
            var start = 0
            while start < names.count {
                var end = start
                while names[end] != 0 { end += 1 }
                appendValue(of: request, UnsafeBufferPointer(rebasing: names[start..<end]), to: &values)
                start = end + 1
            }
        }
    }

    private static func appendValue(of request: Head, _ name: UnsafeBufferPointer<UInt8>, to values: inout [UInt8]) {
        if name.first == UInt8(ascii: "=") {
            return appendCookie(of: request, UnsafeBufferPointer(rebasing: name[1...]), to: &values)
        }
        let id = FieldName.find(name)
        let mark = values.count
        values.append(0)
        if id == .acceptEncoding {
            if request.has(id) { values[mark] = 1 }
            values.append(AcceptedEncodings(request).octet)
            values.append(0)
            return
        }
        for field in request.fields where field.id == id {
            if id == .other, !ByteText.isEqual(request.bytes(field.name), ignoringCaseOf: name) { continue }
            if values[mark] == 1 { values.append(UInt8(ascii: ",")) }
            values[mark] = 1
            let value = ByteText.trimmed(request.bytes(field.value))
            if id == .accept || id == .acceptLanguage { appendList(value, to: &values) } else { values += value }
        }
        values.append(0)
    }

    private static func appendCookie(of request: Head, _ name: UnsafeBufferPointer<UInt8>, to values: inout [UInt8]) {
        for field in request.fields where field.id == .cookie {
            for pair in request.bytes(field.value).split(separator: UInt8(ascii: ";")) {
                let pair = ByteText.trimmed(UnsafeBufferPointer(rebasing: pair))
                guard let equals = pair.firstIndex(of: UInt8(ascii: "=")),
                    ByteText.isEqual(UnsafeBufferPointer(rebasing: pair[..<equals]), name)
                else { continue }
                values.append(1)
                values.append(contentsOf: pair[(equals + 1)...])
                values.append(0)
                return
            }
        }
        values.append(contentsOf: [0, 0])
    }

    /// A list whose elements know neither case nor white space.
    private static func appendList(_ list: UnsafeBufferPointer<UInt8>, to values: inout [UInt8]) {
        for octet in list where !Characters.isBlank(octet) { values.append(Characters.lowercased(octet)) }
    }
}

/// Which of the usual content codings a client takes (RFC 9110 §12.5.3), as bits: whatever its order, spelling and weights are, a
/// response that is right for one such client is right for the other.
struct AcceptedEncodings: Equatable {
    /// Never 0, which ends a value.
    private(set) var octet: UInt8 = 0x80

    private static let codings: [(StaticString, UInt8)] = [
        ("gzip", 1), ("x-gzip", 1), ("br", 2), ("zstd", 4), ("deflate", 8), ("identity", 16),
    ]
    private static let all: UInt8 = 31
    private static let identity: UInt8 = 16

    init(_ request: Head) {
        var accepted: UInt8 = 0
        var named: UInt8 = 0
        var takesOthers: Bool?
        for field in request.fields where field.id == .acceptEncoding {
            for element in ListElements(request, field.value) {
                let (name, isTaken) = Self.split(request.bytes(element))
                if name.count == 1, name[0] == UInt8(ascii: "*") {
                    takesOthers = isTaken
                    continue
                }
                for (text, bit) in Self.codings where ByteText.isEqual(name, ignoringCaseOf: text) {
                    named |= bit
                    if isTaken { accepted |= bit }
                }
            }
        }
        if takesOthers == true { accepted |= Self.all & ~named }
        // Identity is taken unless it, or all the rest, is refused.
        if takesOthers == nil, named & Self.identity == 0 { accepted |= Self.identity }
        octet |= accepted
    }

    /// The coding, and whether its weight is not 0.
    private static func split(_ element: UnsafeBufferPointer<UInt8>) -> (UnsafeBufferPointer<UInt8>, Bool) {
        let end = element.firstIndex(of: UInt8(ascii: ";")) ?? element.count
        let name = ByteText.trimmed(UnsafeBufferPointer(rebasing: element[..<end]))
        guard end < element.count, let equals = element.lastIndex(of: UInt8(ascii: "=")), equals > end else {
            return (name, true)
        }
        let weight = ByteText.trimmed(UnsafeBufferPointer(rebasing: element[(equals + 1)...]))
        return (name, !weight.allSatisfy { $0 == UInt8(ascii: "0") || $0 == UInt8(ascii: ".") })
    }
}
