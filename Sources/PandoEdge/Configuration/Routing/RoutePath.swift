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
    /// Whose path it is.
    private var settled: ObjectIdentifier?
    private let hostBytes: UnsafeMutablePointer<UInt8>
    private var hostCount = 0
    /// The last authority as it came, and the length of its host.
    private let authorityBytes: UnsafeMutablePointer<UInt8>
    private var authorityCount = 0
    private var authorityHostCount = 0

    private static let hostLimit = 255

    package init(capacity: Int = 1_024) {
        self.capacity = capacity
        match = .allocate(capacity: capacity)
        normal = .allocate(capacity: capacity)
        hostBytes = .allocate(capacity: Self.hostLimit)
        authorityBytes = .allocate(capacity: Self.hostLimit)
    }

    deinit {
        match.deallocate()
        normal.deallocate()
        hostBytes.deallocate()
        authorityBytes.deallocate()
    }

    /// The host that routes are compared with. Valid until the next request.
    @inline(__always)
    package var host: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(start: hostBytes, count: hostCount) }

    /// The path that routes are compared with. Valid until something is appended to the head.
    @inline(__always)
    package func path(in head: Head) -> UnsafeBufferPointer<UInt8> {
        inHead.map { head.bytes($0) } ?? UnsafeBufferPointer(start: match, count: matchCount)
    }

    /// Whether the path is still that of a request, which was settled when it came.
    package func isOf(_ head: Head) -> Bool { settled == ObjectIdentifier(head) }

    /// Reads host and path of a request, and puts the normal form of its path into it.
    ///
    /// - Returns: false where the answer is 400. Targets that are no path (`*`, and those of CONNECT) are for nobody's routes.
    package func settle(_ head: Head, slashes: EdgeConfiguration.EncodedSlashes) -> Bool {
        settled = ObjectIdentifier(head)
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
            // The query comes along in our own bytes, since appending may move those of the head.
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
        var index = 0
        while index < target.count {
            let octet = target[index]
            index += 1
            if !PathOctets.isSpecial(octet) { continue }
            if octet == UInt8(ascii: "?") { return (index - 1, isPlain) }
            let next = octet == UInt8(ascii: "/") && index < target.count ? target[index] : 0
            let isName = octet == UInt8(ascii: "/") && next != UInt8(ascii: "/") && next != UInt8(ascii: ".")
            isPlain = isPlain && isName
        }
        return (index, isPlain)
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
        guard let source = authority.baseAddress, !authority.isEmpty else {
            hostCount = 0
            return true
        }
        // Most requests are for the host of the request before.
        if authority.count == authorityCount, memcmp(source, authorityBytes, authorityCount) == 0 {
            hostCount = authorityHostCount
            return true
        }
        guard authority.count <= Self.hostLimit, let count = lowercaseHost(authority) else {
            authorityCount = 0
            return false
        }
        authorityBytes.update(from: source, count: authority.count)
        (authorityCount, authorityHostCount, hostCount) = (authority.count, count, count)
        return true
    }

    /// Puts the host of an authority into `hostBytes`; nil where there is no telling what it is.
    private func lowercaseHost(_ authority: UnsafeBufferPointer<UInt8>) -> Int? {
        let isBracketed = authority[0] == UInt8(ascii: "[")
        var count = 0
        for octet in authority {
            if octet == UInt8(ascii: ":"), !isBracketed { break }
            // Nothing that is asked for in earnest has an encoded host, and servers differ on what it is.
            if octet == UInt8(ascii: "%") { return nil }
            hostBytes[count] = Characters.lowercased(octet)
            count += 1
            if octet == UInt8(ascii: "]") { break }
        }
        return count > 1 && hostBytes[count - 1] == UInt8(ascii: ".") ? count - 1 : count
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
            guard PathOctets.isUnicode(segment) else { return false }
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
                guard !PathOctets.isMisplaced(octet) else { return nil }
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
        if PathOctets.isUnreserved(value) { return append(value, toBoth: false) }
        append(UInt8(ascii: "%"), toBoth: false)
        append(PathOctets.digit(value >> 4), toBoth: false)
        append(PathOctets.digit(value & 15), toBoth: false)
    }
}
