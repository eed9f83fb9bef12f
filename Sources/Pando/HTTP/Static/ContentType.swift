/// Media types by the ending of a file's name, and which of them are worth compressing.
enum ContentType {
    /// The type of a file; unknown endings are bytes and nothing else, so that no browser guesses.
    static func of(fileName: String) -> String {
        guard let dot = fileName.lastIndex(of: ".") else { return "application/octet-stream" }
        return types[fileName[fileName.index(after: dot)...].lowercased()] ?? "application/octet-stream"
    }

    /// Whether a body of a type gets smaller: texts and what is text inside. Pictures, films and fonts in WOFF are packed.
    static func isCompressible(_ type: String) -> Bool {
        // The most frequent ones without taking the text apart.
        if type.startsIgnoringCase("application/json") || type.startsIgnoringCase("text/") { return true }
        let essence = type.prefix { $0 != ";" && $0 != " " }.lowercased()
        return essence.hasSuffix("+json") || essence.hasSuffix("+xml") || compressible.contains(essence)
    }

    private static let compressible: Set = [
        "application/javascript", "application/xml", "application/wasm",
        "application/manifest+json",
        "application/x-ndjson", "image/svg+xml", "image/x-icon", "font/ttf", "font/otf",
    ]

    private static let types = [
        "html": "text/html; charset=utf-8", "htm": "text/html; charset=utf-8", "css": "text/css; charset=utf-8",
        "js": "text/javascript; charset=utf-8", "mjs": "text/javascript; charset=utf-8",
        "json": "application/json", "map": "application/json", "webmanifest": "application/manifest+json",
        "txt": "text/plain; charset=utf-8", "md": "text/markdown; charset=utf-8", "csv": "text/csv; charset=utf-8",
        "xml": "application/xml", "svg": "image/svg+xml", "png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg",
        "gif": "image/gif", "webp": "image/webp", "avif": "image/avif", "ico": "image/x-icon", "woff": "font/woff",
        "woff2": "font/woff2", "ttf": "font/ttf", "otf": "font/otf", "wasm": "application/wasm",
        "pdf": "application/pdf",
        "mp4": "video/mp4", "webm": "video/webm", "mp3": "audio/mpeg", "ogg": "audio/ogg", "zip": "application/zip",
        "gz": "application/gzip",
    ]
}
