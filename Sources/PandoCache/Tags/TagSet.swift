/// The tags of one answer, for caches in front of the process: what it is made of, or what its request has changed.
///
/// A tag such as `hotels/7` is one of the group `hotels`. `hotels/*` stands for all of a group: what is made of it has changed when any
/// of them has. A set has room for ``maximum`` tags; where there are more, it names their groups, and where these are too many, all.
/// What both sides say includes the other's coarser words (``listed``), so whoever purges by a set may purge more than was changed, and
/// never less.
package struct TagSet: Sendable {
    /// What the tags say.
    package enum Use: Sendable {
        /// What the answer is made of.
        case madeOf
        /// What has changed.
        case changed
    }

    private enum Detail {
        case tags
        case groups
        case all
    }

    /// The most tags.
    static let maximum = 64
    /// The most bytes of one; of a longer one its group counts.
    static let maximumBytes = 128

    /// In the order in which they came.
    private(set) var tags: [String] = []
    private let use: Use
    private var detail = Detail.tags

    package init(_ use: Use) { self.use = use }

    package var isEmpty: Bool { tags.isEmpty }

    /// The tags, with the words by which the other side may mean them: the groups of what an answer is made of, as a write may name no
    /// more; for a change, all that may be made of it.
    package var listed: [String] {
        guard !isEmpty else { return [] }
        var all = tags
        for group in tags.map({ Self.group(of: $0) }) + [""] {
            let other = use == .madeOf ? Self.name(of: group) : Self.any(of: group)
            if !all.contains(other) { all.append(other) }
        }
        return all
    }

    /// Adds a tag; an empty one is none.
    package mutating func insert(_ text: String) {
        var tag = Self.escaped(text)
        guard !tag.isEmpty else { return }
        if detail != .tags || tag.utf8.count > Self.maximumBytes { tag = coarse(Self.group(of: tag)) }
        if detail == .all || tag.utf8.count > Self.maximumBytes { tag = coarse("") }
        if !tags.contains(tag) { tags.append(tag) }
        if tags.count > Self.maximum { coarsen() }
    }

    private mutating func coarsen() {
        let all = tags
        tags = []
        detail = detail == .tags ? .groups : .all
        for tag in all { insert(tag) }
    }

    private func coarse(_ group: String) -> String { use == .madeOf ? Self.any(of: group) : Self.name(of: group) }

    /// What stands before the first slash; all groups are in the one without a name.
    private static func group(of tag: String) -> String { String(tag.prefix { $0 != "/" }) }

    /// What all that is tagged with one of a group is tagged with too.
    private static func name(of group: String) -> String { group.isEmpty ? "/" : group }

    /// What has changed with any of a group.
    private static func any(of group: String) -> String { group + "/*" }

    /// As a list in a field can have it: what is no visible ASCII character, or ends or quotes an element, becomes `%` and its bytes
    /// in hexadecimal. A percent sign stays, so that nothing is escaped twice.
    static func escaped(_ text: some StringProtocol) -> String {
        if text.utf8.allSatisfy(isPlain) { return String(text) }
        var escaped = ""
        for byte in text.utf8 {
            if isPlain(byte) {
                escaped.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                escaped += byte < 16 ? "%0" : "%"
                escaped += String(byte, radix: 16, uppercase: true)
            }
        }
        return escaped
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: ","), UInt8(ascii: "\""), UInt8(ascii: "\\"): false
        default: 0x21...0x7E ~= byte
        }
    }
}
