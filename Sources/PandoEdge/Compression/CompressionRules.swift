import PandoTopology

/// Which responses of a route are compressed.
struct CompressionRules: Sendable {
    let level: Int
    let minimumBytes: UInt64
    /// In lower case; those that end in a slash stand for all below.
    private let types: [[UInt8]]

    init(_ configured: EdgeConfiguration.Compression) {
        level = configured.level
        minimumBytes = UInt64(configured.minimumBytes)
        types = configured.types.map { type in
            let type = type.lowercased()
            return Array((type.hasSuffix("/*") ? String(type.dropLast()) : type).utf8)
        }
    }

    /// Whether a response may be compressed for those who take that, whoever asks.
    func allow(_ response: Head, _ rules: ResponseRules, isHead: Bool) -> Bool {
        guard response.status >= 200, response.status != 204, response.status != 205, response.status != 206 else {
            return false
        }
        if rules.framing == .none, !isHead { return false }
        let length: UInt64? = if case .length(let count) = rules.framing { count } else { rules.announcedLength }
        if let length, length < minimumBytes { return false }
        guard let type = response.first(.contentType), isListed(response.bytes(type)) else { return false }
        return !response.has(.contentEncoding) && !Self.forbidsTransformation(response) && !Self.isSummed(response)
    }

    private func isListed(_ value: UnsafeBufferPointer<UInt8>) -> Bool {
        let end = value.firstIndex(of: UInt8(ascii: ";")) ?? value.count
        let type = ByteText.trimmed(UnsafeBufferPointer(rebasing: value[..<end]))
        return types.contains { listed in
            let isPrefix = listed.last == UInt8(ascii: "/")
            guard isPrefix ? type.count > listed.count : type.count == listed.count else { return false }
            return zip(listed, type).allSatisfy { $0 == Characters.lowercased($1) }
        }
    }

    /// Whether a message must be passed on as it is (RFC 9110 §7.7, RFC 9111 §5.2.2.6).
    static func forbidsTransformation(_ head: Head) -> Bool {
        for field in head.fields where field.id == .cacheControl {
            for element in ListElements(head, field.value)
            where ByteText.isEqual(head.bytes(element), ignoringCaseOf: "no-transform") {
                return true
            }
        }
        return false
    }

    /// Whether there is a sum of the content as it is (RFC 9530, and what was before it).
    private static func isSummed(_ head: Head) -> Bool {
        head.fields.contains { field in
            guard field.id == .other else { return false }
            let name = head.bytes(field.name)
            return ByteText.isEqual(name, ignoringCaseOf: "content-digest")
                || ByteText.isEqual(name, ignoringCaseOf: "repr-digest")
                || ByteText.isEqual(name, ignoringCaseOf: "digest")
                || ByteText.isEqual(name, ignoringCaseOf: "content-md5")
        }
    }
}
