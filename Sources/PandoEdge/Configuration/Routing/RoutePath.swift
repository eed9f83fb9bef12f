import Glibc

/// The path and the host of a request in the one form that routes are compared with.
///
/// How a path is read (RFC 3986 §6.2.2, and stricter where servers disagree):
/// 1. The path ends before `?`. Each `%XX` is decoded, once; what comes out is never decoded again, so `%252F` is the text `%2F`.
/// 2. Empty segments (`//`) and `.` count for nothing, `..` takes the segment before it away, however they are encoded.
/// 3. A slash at the end does not count. Case does.
/// 4. What cannot be read in one way gets 400: a broken `%`, `%00`, a raw backslash, octets that no UTF-8 has or only an overlong
///    form of it, `..` above the root, `..;` and `.;` (some servers cut off what follows a semicolon), and `%2F` and `%5C` unless
///    they are kept; kept, they are part of their segment, and no dot segment may stand beside them.
///
/// The request then bears the same path that was compared: where reading has changed it, ``settle(_:slashes:)`` puts the normal form
/// (unreserved characters decoded, hexadecimals in upper case, no dot segments) into the head, and that is what caches and
/// servers get. A host is compared in lower case, without its port and without a dot at its end.
///
/// Belongs to the thread of its worker, and is used again for each request.
package final class RoutePath {
    /// Where the path is as it came: in the head. Else it is in `match`.
    private var inHead: Slice?
    /// The decoded path, without a slash at its end.
    private var match: UnsafeMutablePointer<UInt8>
    private var matchCount = 0
    /// The normal form.
    private var normal: UnsafeMutablePointer<UInt8>
    private var normalCount = 0
    private var capacity: Int
    private let hostBytes: UnsafeMutablePointer<UInt8>
    private var hostCount = 0

    private static let hostLimit = 255

    package init(capacity: Int = 1_024) {
        self.capacity = capacity
        match = .allocate(capacity: capacity)
        normal = .allocate(capacity: capacity)
        hostBytes = .allocate(capacity: Self.hostLimit)
    }

    deinit {
        match.deallocate()
        normal.deallocate()
        hostBytes.deallocate()
    }

    /// The host that routes are compared with. Valid until the next request.
    @inline(__always)
    package var host: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(start: hostBytes, count: hostCount) }

    /// The path that routes are compared with. Valid until something is appended to the head.
    @inline(__always)
    package func path(in head: Head) -> UnsafeBufferPointer<UInt8> {
        inHead.map { head.bytes($0) } ?? UnsafeBufferPointer(start: match, count: matchCount)
    }

    /// Reads host and path of a request, and puts the normal form of its path into it.
    ///
    /// - Returns: false where the answer is 400. Targets that are no path (`*`, and those of CONNECT) are for nobody's routes.
    package func settle(_ head: Head, slashes: EdgeConfiguration.EncodedSlashes) -> Bool {
        guard readHost(head.bytes(head.authority)) else { return false }
        let target = head.bytes(head.target)
        let (count, isPlain) = Self.scan(target)
        if isPlain {
            let isSlashed = target[count - 1] == UInt8(ascii: "/")
            inHead = Slice(Int(head.target.start), isSlashed ? count - 1 : count)
            return true
        }
        inHead = nil
        let path = UnsafeBufferPointer(rebasing: target.prefix(count))
        guard read(path, slashes: slashes) else { return false }
        let isSame =
            normalCount == count && path.baseAddress.map { memcmp(normal, $0, count) == 0 } ?? false
        if !isSame {
            // The query comes along in our own bytes, since appending may move those of the head. It fits: `reserve` was for more.
            let rest = target.count - count
            reserve(normalCount + rest, keeping: true)
            if rest > 0, let source = target.baseAddress {
                (normal + normalCount).update(from: source + count, count: rest)
            }
            head.target = head.append(UnsafeBufferPointer(start: normal, count: normalCount + rest))
        }
        return true
    }

    /// The length of the path, and whether there is nothing in it to decode or to remove.
    private static func scan(_ target: UnsafeBufferPointer<UInt8>) -> (count: Int, isPlain: Bool) {
        guard let first = target.first, first == UInt8(ascii: "/") else { return (0, false) }
        var isPlain = true
        var before = first
        var index = 1
        while index < target.count {
            let octet = target[index]
            if octet == UInt8(ascii: "?") { break }
            let isOdd = octet == UInt8(ascii: "%") || isNoPath(octet)
            let isDotOrEmpty = before == UInt8(ascii: "/") && (octet == UInt8(ascii: ".") || octet == UInt8(ascii: "/"))
            if isOdd || isDotOrEmpty { isPlain = false }
            before = octet
            index += 1
        }
        return (index, isPlain)
    }

    /// Whether an octet has no place in a path, or an uncertain one.
    @inline(__always)
    private static func isNoPath(_ octet: UInt8) -> Bool {
        octet == UInt8(ascii: "\\") || octet == UInt8(ascii: "#") || octet &- 0x21 > 0x5D
    }

    private func reserve(_ count: Int, keeping: Bool = false) {
        guard count > capacity else { return }
        let grown = max(count, capacity * 2)
        let moved = UnsafeMutablePointer<UInt8>.allocate(capacity: grown)
        if keeping { moved.update(from: normal, count: normalCount) }
        normal.deallocate()
        normal = moved
        let matched = UnsafeMutablePointer<UInt8>.allocate(capacity: grown)
        if keeping { matched.update(from: match, count: matchCount) }
        match.deallocate()
        match = matched
        capacity = grown
    }

    private func readHost(_ authority: UnsafeBufferPointer<UInt8>) -> Bool {
        var end = authority.count
        guard end <= Self.hostLimit else { return false }
        hostCount = 0
        for index in 0..<end {
            let octet = authority[index]
            if octet == UInt8(ascii: ":"), authority[0] != UInt8(ascii: "[") {
                end = index
                break
            }
            // Nothing that is asked for in earnest has an encoded host, and servers differ on what it is.
            if octet == UInt8(ascii: "%") { return false }
            hostBytes[index] = octet &- UInt8(ascii: "A") < 26 ? octet | 0x20 : octet
            if octet == UInt8(ascii: "]") {
                end = index + 1
                break
            }
        }
        if end > 1, hostBytes[end - 1] == UInt8(ascii: ".") { end -= 1 }
        hostCount = end
        return true
    }

    // MARK: A path that is not plain

    /// Reads a path without its query; see the type for how.
    package func read(_ path: UnsafeBufferPointer<UInt8>, slashes: EdgeConfiguration.EncodedSlashes) -> Bool {
        guard path.first == UInt8(ascii: "/") else { return false }
        reserve(path.count + 2)
        matchCount = 0
        normalCount = 0
        var start = 1
        var endsInSlash = false
        while start <= path.count {
            var end = start
            while end < path.count, path[end] != UInt8(ascii: "/") { end += 1 }
            let (oldMatch, oldNormal) = (matchCount, normalCount)
            append(UInt8(ascii: "/"), toBoth: true)
            guard let hasSlash = decode(path, start..<end, slashes) else { return false }
            let segment = UnsafeBufferPointer(start: match + oldMatch + 1, count: matchCount - oldMatch - 1)
            guard Self.isUnicode(segment) else { return false }
            switch PathSegment(segment, hasSlash: hasSlash) {
            case .name: endsInSlash = false
            case .nothing:
                (matchCount, normalCount) = (oldMatch, oldNormal)
                endsInSlash = true
            case .parent:
                (matchCount, normalCount) = (oldMatch, oldNormal)
                guard matchCount > 0 else { return false }
                removeLast()
                endsInSlash = true
            case .ambiguous: return false
            }
            start = end + 1
        }
        if endsInSlash || normalCount == 0 { append(UInt8(ascii: "/"), toBoth: false) }
        return true
    }

    /// The decoded bytes of the last path that ``read(_:slashes:)`` has read.
    package func withMatchBytes<Result>(_ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
        body(UnsafeBufferPointer(start: match, count: matchCount))
    }

    /// The normal form of the last path that ``read(_:slashes:)`` has read.
    package func withNormalBytes<Result>(_ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
        body(UnsafeBufferPointer(start: normal, count: normalCount))
    }

    @inline(__always)
    private func append(_ octet: UInt8, toBoth: Bool) {
        normal[normalCount] = octet
        normalCount += 1
        guard toBoth else { return }
        match[matchCount] = octet
        matchCount += 1
    }

    /// Takes the last segment away. A slash of a segment itself is never a slash here: kept ones are encoded or zero.
    private func removeLast() {
        repeat { matchCount -= 1 } while match[matchCount] != UInt8(ascii: "/")
        repeat { normalCount -= 1 } while normal[normalCount] != UInt8(ascii: "/")
    }

    /// Decodes a segment; nil where it cannot be read, else whether a slash or backslash is in it.
    private func decode(
        _ path: UnsafeBufferPointer<UInt8>,
        _ range: Range<Int>,
        _ slashes: EdgeConfiguration.EncodedSlashes
    ) -> Bool? {
        var hasSlash = false
        var index = range.lowerBound
        while index < range.upperBound {
            let octet = path[index]
            guard octet == UInt8(ascii: "%") else {
                guard !Self.isNoPath(octet) else { return nil }
                append(octet, toBoth: true)
                index += 1
                continue
            }
            guard index + 2 < range.upperBound, let high = Characters.hexadecimal(path[index + 1]),
                let low = Characters.hexadecimal(path[index + 2])
            else { return nil }
            let value = UInt8(truncatingIfNeeded: high << 4 | low)
            let isSlash = value == UInt8(ascii: "/") || value == UInt8(ascii: "\\")
            if value == 0 || isSlash && slashes == .refuse { return nil }
            if isSlash { hasSlash = true }
            appendDecoded(value)
            index += 3
        }
        return hasSlash
    }

    private func appendDecoded(_ value: UInt8) {
        // A slash within a segment is zero here, which is refused otherwise, so that it is no other path's slash.
        match[matchCount] = value == UInt8(ascii: "/") ? 0 : value
        matchCount += 1
        if Self.isUnreserved(value) { return append(value, toBoth: false) }
        append(UInt8(ascii: "%"), toBoth: false)
        append(Self.digit(value >> 4), toBoth: false)
        append(Self.digit(value & 15), toBoth: false)
    }

    private static func digit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "A") + value - 10
    }

    private static func isUnreserved(_ octet: UInt8) -> Bool {
        let isLetter = (octet | 0x20) &- UInt8(ascii: "a") < 26
        return isLetter || octet &- UInt8(ascii: "0") < 10 || octet == UInt8(ascii: "-") || octet == UInt8(ascii: ".")
            || octet == UInt8(ascii: "_") || octet == UInt8(ascii: "~")
    }

    /// Whether no octet is there that UTF-8 never has, and no form that is longer than needed (RFC 3629 §3): some decoders make
    /// `/` of `%C0%AF`. Other octets that are not UTF-8 are an old encoding, and pass.
    private static func isUnicode(_ segment: UnsafeBufferPointer<UInt8>) -> Bool {
        for index in 0..<segment.count where segment[index] >= 0xC0 {
            let octet = segment[index]
            if octet <= 0xC1 || octet >= 0xF5 { return false }
            guard index + 1 < segment.count else { continue }
            let next = segment[index + 1]
            if octet == 0xE0, next &- 0x80 < 0x20 { return false }
            if octet == 0xF0, next &- 0x80 < 0x10 { return false }
        }
        return true
    }
}

/// What a decoded segment is to a path.
private enum PathSegment {
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
