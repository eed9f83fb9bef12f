/// What a rewrite makes of a path, or where a redirect leads: compiled once for a route.
package struct TargetTemplate: Sendable {
    private enum Part: Sendable {
        case text([UInt8])
        /// The segment at this place.
        case segment(Int)
        /// All segments from this one on, with the slash before.
        case rest(Int)
        case path, query, host
    }

    private let parts: [Part]

    /// What takes the place of the path; the query is no part of it.
    package init(_ rewrite: EdgeConfiguration.Rewrite, of pattern: EdgeConfiguration.PathPattern) {
        switch rewrite {
        case .path(let text): parts = Self.parts(of: text, pattern)
        case .prefix(let text):
            let own = Array((text.hasSuffix("/") ? text.dropLast() : text[...]).utf8)
            parts = pattern.kind == .prefix ? [.text(own), .rest(pattern.segments.count)] : [.text(own)]
        }
    }

    /// The value of Location.
    package init(_ redirect: EdgeConfiguration.Redirect, of pattern: EdgeConfiguration.PathPattern) {
        parts = Self.parts(of: redirect.to, pattern)
    }

    private static func parts(of text: String, _ pattern: EdgeConfiguration.PathPattern) -> [Part] {
        var parts: [Part] = []
        var rest = text[...]
        while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
            parts.append(.text(Array(rest[..<open].utf8)))
            let name = String(rest[rest.index(after: open)..<close])
            if let index = pattern.segments.firstIndex(of: .parameter(name)) {
                parts.append(.segment(index))
            } else if name == "path" {
                parts.append(.path)
            } else if name == "query" {
                parts.append(.query)
            } else if name == "host" {
                parts.append(.host)
            }
            rest = rest[rest.index(after: close)...]
        }
        return parts + [.text(Array(rest.utf8))]
    }

    /// Renders it for a request whose path is in normal form, in place of what is in `bytes`.
    package func render(_ head: Head, into bytes: inout [UInt8]) {
        let target = head.bytes(head.target)
        let end = target.firstIndex(of: UInt8(ascii: "?")) ?? target.count
        let path = UnsafeBufferPointer(rebasing: target[..<end])
        bytes.removeAll(keepingCapacity: true)
        for part in parts {
            switch part {
            case .text(let text): bytes.append(contentsOf: text)
            case .segment(let index):
                let start = Self.start(of: index, in: path)
                let segment = path[min(start + 1, path.count)...].prefix { $0 != UInt8(ascii: "/") }
                bytes.append(contentsOf: segment)
            case .rest(let index): bytes.append(contentsOf: path[Self.start(of: index, in: path)...])
            case .path: bytes.append(contentsOf: path)
            case .query: bytes.append(contentsOf: target[end...])
            case .host: bytes.append(contentsOf: head.bytes(head.authority))
            }
        }
    }

    /// Puts the rewritten path into a request; its query stays.
    ///
    /// - Parameter scratch: Used again for each request.
    package func rewrite(_ head: Head, scratch: inout [UInt8]) {
        render(head, into: &scratch)
        // `/v1/*` with the prefix `/` makes nothing of `/v1`.
        if scratch.first != UInt8(ascii: "/") { scratch.insert(UInt8(ascii: "/"), at: 0) }
        let target = head.bytes(head.target)
        let query = target.firstIndex(of: UInt8(ascii: "?")) ?? target.count
        // Appending may move the head's bytes, so the query goes through the scratch too.
        scratch.append(contentsOf: target[query...])
        head.target = scratch.withUnsafeBufferPointer { head.append($0) }
    }

    /// Where the slash before a segment is; the end where there are fewer.
    private static func start(of segment: Int, in path: UnsafeBufferPointer<UInt8>) -> Int {
        var left = segment
        for index in path.indices where path[index] == UInt8(ascii: "/") {
            if left == 0 { return index }
            left -= 1
        }
        return path.count
    }
}
