import HTTPTypes
public import Hummingbird
import NIOCore

/// Files that are served as they are, each under two addresses: its name, which caches revalidate, and its name with the
/// hash of its content, which never changes and is cached for a year.
///
/// ```swift
/// let assets = try domain.staticFiles("Resources/site")
/// "<link rel=stylesheet href=\"\(assets.url("site.css"))\">"     // /static/site.3f2a9c0d1e2b4a56.css
/// ```
///
/// Everything is read when the app starts, and a request is a look-up in a table: what is not in the table cannot be had,
/// whatever the path. Ranges, conditions and a variant compressed at start follow RFC 9110.
public struct StaticFiles: Sendable {
    /// Bounds.
    public struct Configuration: Sendable, Hashable {
        /// The most files of a folder.
        public var maximumFiles = 10_000
        /// Files up to this size are kept in memory; larger ones are read from disk for each request.
        public var inMemoryFileBytes = 1024 * 1024
        /// What all files in memory may weigh, compressed variants included; above, files stay on disk.
        public var inMemoryBytes = 64 * 1024 * 1024

        /// The defaults.
        public init() {}
    }

    /// Where they are served, without a slash at the end.
    let path: String
    private let byName: [String: StaticAsset]
    private let byHash: [String: StaticAsset]
    private let urls: [String: String]
    private let fileIO = FileIO()

    /// Reads a folder.
    ///
    /// - Throws: ``StaticFilesError`` if it cannot be read or is over its bounds.
    public init(folder: String, at path: String = "/static", configuration: Configuration = Configuration()) throws {
        self.init(try StaticFolder(folder: folder, configuration: configuration).read(), at: path)
    }

    /// Takes files from memory, such as resources that are embedded in the executable. `modified`: when they were last
    /// changed, in seconds since 1970.
    public init(_ files: [String: [UInt8]], at path: String = "/static", modified: Int = 0) {
        let assets = files.map { name, bytes in
            (name, StaticAsset(bytes, contentType: ContentType.of(fileName: name), modified: modified))
        }
        self.init(Dictionary(uniqueKeysWithValues: assets), at: path)
    }

    private init(_ assets: [String: StaticAsset], at path: String) {
        var path = path.hasPrefix("/") ? path : "/" + path
        while path.hasSuffix("/") { path.removeLast() }
        self.path = path
        byName = assets
        let hashed = assets.map { name, asset in (name, Self.hashedName(name, asset.hash)) }
        byHash = Dictionary(hashed.map { ($0.1, assets[$0.0]) }.compactMap { name, asset in asset.map { (name, $0) } })
        {
            first,
            _ in first
        }
        urls = Dictionary(uniqueKeysWithValues: hashed.map { ($0.0, path + "/" + Self.percentEncoded($0.1)) })
    }

    /// The names of all files.
    public var names: [String] { byName.keys.sorted() }

    /// The address of a file that never changes while its content does not.
    ///
    /// - Precondition: the file is there: a page that names a missing file is a mistake of the program.
    public func url(_ name: String) -> String {
        guard let url = urls[name] else { preconditionFailure("there is no static file '\(name)'") }
        return url
    }

    /// Adds the route that serves them.
    public func addRoutes(to router: some RouterMethods<AppContext>) {
        router.get(RouterPath(path + "/**")) { request, context in
            try await self.respond(to: request, context: context)
        }
    }

    func respond(to request: Request, context: some RequestContext) async throws -> Response {
        guard let (asset, isImmutable) = find(request.uri.path) else { throw Problem(.notFound) }
        let answer = StaticAnswer(asset, isImmutable: isImmutable, request.headers)
        var response = Response(status: answer.status, headers: answer.headers)
        switch answer.body {
        case .none: break
        case .compressed(let buffer): response.body = ResponseBody(byteBuffer: buffer)
        case .content(let range): response.body = try await body(asset, range, context)
        }
        return response
    }

    private func body(_ asset: StaticAsset, _ range: Range<Int>, _ context: some RequestContext) async throws
        -> ResponseBody
    {
        switch asset.content {
        case .memory(let buffer):
            let start = buffer.readerIndex + range.lowerBound
            return ResponseBody(byteBuffer: buffer.getSlice(at: start, length: range.count) ?? ByteBuffer())
        case .file(let path):
            guard !range.isEmpty else { return ResponseBody() }
            return try await fileIO.loadFile(
                path: path,
                range: range.lowerBound...(range.upperBound - 1),
                context: context
            )
        }
    }

    private func find(_ path: String) -> (StaticAsset, isImmutable: Bool)? {
        guard path.hasPrefix(self.path + "/") else { return nil }
        let rest = path.utf8.dropFirst(self.path.utf8.count + 1)
        guard let bytes = RequestTarget.percentDecoded(rest), let name = String(validating: bytes, as: UTF8.self) else {
            return nil
        }
        if let asset = byHash[name] { return (asset, true) }
        return byName[name].map { ($0, false) }
    }

    private static func hashedName(_ name: String, _ hash: String) -> String {
        let folderEnd = name.lastIndex(of: "/").map { name.index(after: $0) } ?? name.startIndex
        guard let dot = name[folderEnd...].lastIndex(of: "."), dot != folderEnd else { return name + "." + hash }
        return name[..<dot] + "." + hash + name[dot...]
    }

    private static func percentEncoded(_ name: String) -> String {
        name.utf8.reduce(into: "") { text, byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"), UInt8(ascii: "/"):
                text.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                text += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
            }
        }
    }
}
