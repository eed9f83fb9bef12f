/// An entity tag (RFC 9110 §8.8.3), in the bytes that it came in.
package struct EntityTag {
    package let isWeak: Bool
    /// What is between the quotes; all of it where there are none.
    let opaque: UnsafeBufferPointer<UInt8>

    /// Reads a tag. One without quotes is no tag by the grammar, but there are servers that send such; it is compared as it is.
    package init?(_ text: UnsafeBufferPointer<UInt8>) {
        let text = ByteText.trimmed(text)
        guard !text.isEmpty else { return nil }
        let hasMark = text.count > 2 && text[0] == UInt8(ascii: "W") && text[1] == UInt8(ascii: "/")
        let start = hasMark ? 2 : 0
        if text[start] == UInt8(ascii: "\"") {
            guard text.count >= start + 2, text[text.count - 1] == UInt8(ascii: "\"") else { return nil }
            opaque = UnsafeBufferPointer(rebasing: text[(start + 1)..<(text.count - 1)])
            guard opaque.allSatisfy({ $0 > 0x20 && $0 != 0x7F && $0 != UInt8(ascii: "\"") }) else { return nil }
        } else {
            guard !hasMark else { return nil }
            opaque = text
        }
        isWeak = hasMark
    }

    /// The strong comparison (RFC 9110 §8.8.3.2): no weak tag is equal to any.
    package func isStronglyEqual(_ other: EntityTag) -> Bool {
        !isWeak && !other.isWeak && ByteText.isEqual(opaque, other.opaque)
    }

    /// The weak comparison, for which the mark does not count.
    package func isWeaklyEqual(_ other: EntityTag) -> Bool { ByteText.isEqual(opaque, other.opaque) }
}

/// The tags of If-Match or If-None-Match, over all of its lines (RFC 9110 §13.1.1).
struct EntityTagList {
    /// Whether one of the tags fits, or the field is `*` and there is a representation.
    static func contains(
        _ head: Head,
        _ id: FieldName,
        where matches: (EntityTag) -> Bool,
        whenAny: Bool
    ) -> Bool {
        for field in head.fields where field.id == id {
            let value = ByteText.trimmed(head.bytes(field.value))
            if value.count == 1, value[0] == UInt8(ascii: "*") { return whenAny }
            if contains(value, matches) { return true }
        }
        return false
    }

    private static func contains(_ list: UnsafeBufferPointer<UInt8>, _ matches: (EntityTag) -> Bool) -> Bool {
        var place = 0
        while place < list.count {
            // A comma may be part of a tag, so a quote runs to its end first.
            var end = place
            var isQuoted = false
            while end < list.count, isQuoted || list[end] != UInt8(ascii: ",") {
                if list[end] == UInt8(ascii: "\"") { isQuoted.toggle() }
                end += 1
            }
            if let tag = EntityTag(UnsafeBufferPointer(rebasing: list[place..<end])), matches(tag) { return true }
            place = end + 1
        }
        return false
    }
}
