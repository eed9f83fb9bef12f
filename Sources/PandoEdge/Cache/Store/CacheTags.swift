/// The tags of a response: Surrogate-Key, by spaces, and Cache-Tag, by commas.
package enum CacheTags {
    /// The most tags of one response; further ones are not kept, and the answer is then not stored.
    package static let maximum = 256

    /// The tag of all tagged answers of Pando's nodes, the servers that say what their writes have changed.
    package static let ofPando = "/"

    /// The hashes of the tags; nil where there are more than ``maximum``.
    package static func read(_ head: Head, _ hasher: SipHash) -> [UInt64]? {
        var found: [UInt64] = []
        for field in head.fields {
            let separator: UInt8
            if field.id == .surrogateKey {
                separator = UInt8(ascii: " ")
            } else if field.id == .other, head.isEqual(field.name, ignoringCaseOf: "cache-tag") {
                separator = UInt8(ascii: ",")
            } else {
                continue
            }
            for part in head.bytes(field.value).split(separator: separator) {
                let tag = ByteText.trimmed(UnsafeBufferPointer(rebasing: part))
                if !tag.isEmpty { found.append(hasher.hash(tag)) }
                if found.count > maximum { return nil }
            }
        }
        return found
    }
}
