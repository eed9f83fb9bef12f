import Glibc

/// One search for a route, in the routes of one host after the other.
struct RouteSearch {
    private let head: Head
    private let path: UnsafeBufferPointer<UInt8>
    private let methodBit: UInt16
    private let methodName: UnsafeBufferPointer<UInt8>
    /// Whether a route would have been it, but for its methods.
    private(set) var sawOtherMethod = false

    init(head: Head, path: UnsafeBufferPointer<UInt8>, method: Method, name: UnsafeBufferPointer<UInt8>) {
        self.head = head
        self.path = path
        methodBit = 1 << UInt16(method.rawValue)
        methodName = name
    }

    /// The strongest route of a group.
    mutating func route(of index: Int, in parts: RouteParts) -> Int? {
        let group = parts.groups[index]
        if group.hasExact {
            let place = parts.exact.find(Int32(index), path)
            if place >= 0, let found = first(parts.exactCandidates[Int(place)], parts) { return found }
        }
        if group.hasTemplates, let found = template(group.root, 0, parts) { return found }
        if group.hasPrefixes, let found = prefix(group.root, 0, parts) { return found }
        return nil
    }

    /// The end of the segment that begins, with its slash, at `start`.
    @inline(__always)
    private func segmentEnd(_ start: Int) -> Int {
        var end = start + 1
        while end < path.count, path[end] != UInt8(ascii: "/") { end += 1 }
        return end
    }

    // Both walks go as deep as there are segments in the patterns, not in the path.

    private mutating func template(_ node: Int32, _ start: Int, _ parts: RouteParts) -> Int? {
        guard start < path.count else { return first(parts.nodes[Int(node)].templates, parts) }
        let end = segmentEnd(start)
        let literal = parts.edges.find(node, UnsafeBufferPointer(rebasing: path[(start + 1)..<end]))
        if literal >= 0, let found = template(literal, end, parts) { return found }
        let parameter = parts.nodes[Int(node)].parameter
        return parameter >= 0 ? template(parameter, end, parts) : nil
    }

    private mutating func prefix(_ node: Int32, _ start: Int, _ parts: RouteParts) -> Int? {
        if start < path.count {
            let end = segmentEnd(start)
            let literal = parts.edges.find(node, UnsafeBufferPointer(rebasing: path[(start + 1)..<end]))
            if literal >= 0, let found = prefix(literal, end, parts) { return found }
            let parameter = parts.nodes[Int(node)].parameter
            if parameter >= 0, let found = prefix(parameter, end, parts) { return found }
        }
        return first(parts.nodes[Int(node)].prefixes, parts)
    }

    /// The first of some candidates whose method and fields hold.
    private mutating func first(_ range: RouteParts.Candidates, _ parts: RouteParts) -> Int? {
        var index = Int(range.start)
        while index < Int(range.end) {
            if holds(parts.candidates[index]) { return Int(parts.candidates[index].route) }
            index += 1
        }
        return nil
    }

    private mutating func holds(_ candidate: RouteParts.Candidate) -> Bool {
        for condition in candidate.conditions where !condition.holds(for: head) { return false }
        if candidate.methods & methodBit != 0 { return true }
        for name in candidate.names where Self.isEqual(name, methodName) { return true }
        sawOtherMethod = true
        return false
    }

    private static func isEqual(_ name: [UInt8], _ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        guard name.count == bytes.count, let other = bytes.baseAddress else { return false }
        return name.withUnsafeBufferPointer { own in own.baseAddress.map { memcmp($0, other, bytes.count) == 0 } ?? true
        }
    }
}
