import PandoTopology

/// The folder of a route that serves files, and how paths become names in it.
///
/// What the prefix of the route leaves of a path is a name in the folder, so that `/assets/*` with the folder `public` has
/// `public/a.css` for `/assets/a.css`; a rewritten prefix comes in front of it.
final class FileFolder: Sendable {
    /// The folder, opened anew with each file: a release that a link points to may be another one by then.
    let path: String
    /// The value of Cache-Control; nil for none.
    let cacheControl: String?
    /// The file that is sent where there is none; nil for 404.
    let fallback: [UInt8]?
    private let index: [UInt8]
    private let base: [UInt8]
    private let prefixSegments: Int

    /// - Throws: ``EdgeIssue`` where the route rewrites what has no meaning here.
    init(_ files: EdgeConfiguration.StaticFiles, _ route: EdgeConfiguration.Route, _ keyPath: String) throws(EdgeIssue)
    {
        path = files.folder
        index = Array(files.index.utf8)
        fallback = files.fallback.map { Array($0.utf8) }
        cacheControl = files.maxAge.map { "max-age=\($0.components.seconds)" }
        prefixSegments = route.path.kind == .prefix ? route.path.segments.count : 0
        switch route.rewrite {
        case nil: base = []
        case .prefix(let prefix): base = Array(prefix.split(separator: "/").joined(separator: "/").utf8)
        case .path:
            let problem = "files are found by what the route's prefix leaves of the path"
            throw EdgeIssue(.error, "\(keyPath).rewrite", problem, "write {prefix: /folder}, or name another folder")
        }
    }

    /// What a path stands for.
    enum Name: Equatable {
        /// A name was written.
        case file
        /// The folder itself, asked for without its slash.
        case folder
        /// Nothing that is ever sent: a hidden file, or a name that no file can have.
        case hidden
    }

    /// Writes the name of a path's file, relative to the folder, with a zero behind it.
    ///
    /// - Parameters:
    ///   - path: Decoded and without dot segments, as ``RoutePath`` has it: without a slash at its end.
    ///   - isSlashed: Whether there was one.
    func name(_ path: UnsafeBufferPointer<UInt8>, isSlashed: Bool, to name: inout [UInt8]) -> Name {
        name.removeAll(keepingCapacity: true)
        name += base
        var place = 0
        for _ in 0..<prefixSegments {
            place += 1
            while place < path.count, path[place] != UInt8(ascii: "/") { place += 1 }
        }
        while place < path.count {
            let start = place + 1
            place = start
            while place < path.count, path[place] != UInt8(ascii: "/") {
                // A slash within a segment.
                if path[place] == 0 { return .hidden }
                place += 1
            }
            guard start < place, path[start] != UInt8(ascii: ".") else { return .hidden }
            if !name.isEmpty { name.append(UInt8(ascii: "/")) }
            name += path[start..<place]
        }
        if isSlashed {
            if !name.isEmpty { name.append(UInt8(ascii: "/")) }
            name += index
        }
        if name.isEmpty { return .folder }
        name.append(0)
        return .file
    }
}
