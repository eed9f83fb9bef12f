/// What a decoded segment is to a path.
enum PathSegment {
    case name
    /// Empty, or `.`.
    case nothing
    /// `..`
    case parent
    /// A dot segment for some servers.
    case ambiguous

    init(_ segment: UnsafeBufferPointer<UInt8>, hasSlash: Bool) {
        if segment.isEmpty || Self.isDots(segment, 0..<segment.count, 1) {
            self = .nothing
        } else if Self.isDots(segment, 0..<segment.count, 2) {
            self = .parent
        } else if Self.hidesDots(segment, hasSlash: hasSlash) {
            self = .ambiguous
        } else {
            self = .name
        }
    }

    private static func isDots(_ segment: UnsafeBufferPointer<UInt8>, _ range: Range<Int>, _ count: Int) -> Bool {
        range.count == count && range.allSatisfy { segment[$0] == UInt8(ascii: ".") }
    }

    /// Whether a part of it, before a semicolon or between slashes of its own, is `.` or `..`.
    private static func hidesDots(_ segment: UnsafeBufferPointer<UInt8>, hasSlash: Bool) -> Bool {
        var start = 0
        var index = 0
        var isCut = false
        while index <= segment.count {
            let octet = index < segment.count ? segment[index] : 0
            let isSlash = hasSlash && (octet == 0 || octet == UInt8(ascii: "\\"))
            let isEnd = index == segment.count || isSlash
            if !isCut, isEnd || octet == UInt8(ascii: ";") {
                if isDots(segment, start..<index, 1) || isDots(segment, start..<index, 2) { return true }
                isCut = true
            }
            if isEnd {
                start = index + 1
                isCut = false
            }
            index += 1
        }
        return false
    }
}
