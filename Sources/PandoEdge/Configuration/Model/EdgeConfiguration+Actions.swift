extension EdgeConfiguration {
    /// Shares of upstreams, for a canary.
    public struct Split: Sendable, Equatable {
        /// An upstream and its share.
        public struct Part: Sendable, Hashable {
            /// An upstream.
            public var upstream: String
            /// Relative to the others, 0 to 1,000,000.
            public var weight: Int

            /// A share.
            public init(upstream: String, weight: Int) {
                self.upstream = upstream
                self.weight = weight
            }
        }

        /// At least one with a weight above 0.
        public var parts: [Part]
        /// What keeps a client with its part; nil for another choice each time.
        public var by: HashKey?

        /// A choice for each request.
        public init(parts: [Part]) {
            self.parts = parts
        }
    }

    /// Where a client is sent.
    public struct Redirect: Sendable, Hashable {
        /// An absolute URI or a path; `{path}`, `{query}` (with its `?`), `{host}` and the names of the route's path stand for theirs.
        public var to: String
        /// 301, 302, 303, 307 or 308; 308.
        public var status = 308

        /// A permanent redirect that keeps the method.
        public init(to: String) {
            self.to = to
        }
    }

    /// An answer of the edge itself.
    public struct FixedResponse: Sendable, Hashable {
        /// 200 to 599.
        public var status: Int
        /// The content; empty for none.
        public var body = ""
        /// The field Content-Type.
        public var contentType = "text/plain; charset=utf-8"

        /// An answer without content.
        public init(status: Int) {
            self.status = status
        }
    }

    /// Files of a folder; nothing outside of it, no hidden file, is ever sent.
    public struct StaticFiles: Sendable, Hashable {
        /// The folder.
        public var folder: String
        /// What a path that ends in a slash stands for.
        public var index = "index.html"
        /// What is sent, with 200, where a file is missing, for pages that route themselves; nil for 404.
        public var fallback: String?
        /// Cache-Control: max-age; nil for none. 0 to 1 year.
        public var maxAge: Duration?

        /// The files of a folder, with index.html.
        public init(folder: String) {
            self.folder = folder
        }
    }

    /// A copy of requests to another upstream, whose answers are thrown away.
    public struct Mirror: Sendable, Hashable {
        /// An upstream.
        public var upstream: String
        /// The share of requests, 1 to 100.
        public var percent = 100

        /// A copy of everything.
        public init(upstream: String) {
            self.upstream = upstream
        }
    }

    /// Another path for the servers; the query stays.
    public enum Rewrite: Sendable, Hashable {
        /// What the route's prefix, or its whole path, becomes: `/v1/*` with the prefix `/` makes `/v1/a` to `/a`.
        case prefix(String)
        /// The whole path, with the names of the route's path in braces: `/hotels/{id}`.
        case path(String)
    }

    /// Changes to fields. Done in this order: remove, set, add.
    public struct HeaderChanges: Sendable, Equatable {
        /// A field line.
        public struct Line: Sendable, Hashable {
            /// In lower case.
            public var name: String
            /// As it is sent.
            public var value: String

            /// A field line.
            public init(_ name: String, _ value: String) {
                self.name = name.lowercased()
                self.value = value
            }
        }

        /// Replace all fields of their name.
        public var set: [Line] = []
        /// Come on top.
        public var add: [Line] = []
        /// Names in lower case.
        public var remove: [String] = []

        /// No change.
        public init() {}

        /// Whether there is nothing to do.
        public var isEmpty: Bool { self.set.isEmpty && add.isEmpty && remove.isEmpty }
    }

    /// Compression of responses for clients that take it, by gzip.
    public struct Compression: Sendable, Hashable {
        /// 1 to 9.
        public var level = 5
        /// Bytes of a response that is worth it, 0 to 1 GiB.
        public var minimumBytes = 1_024
        /// Media types; `text/*` for all below.
        public var types = [
            "text/*", "application/json", "application/javascript", "application/xml", "application/problem+json",
            "image/svg+xml",
        ]

        /// The defaults.
        public init() {}
    }

    /// Which fields of JSON responses are passed on, for small clients.
    public struct Shape: Sendable, Hashable {
        /// Dotted paths, such as `hotels.name`; lists are gone through. Empty for all.
        public var keep: [String] = []
        /// Dotted paths that are left out.
        public var drop: [String] = []
        /// A parameter of the query with which a client asks for less, such as `fields=name,price`; nil for none.
        public var parameter: String?
        /// Larger responses pass as they are, 1 KiB to 64 MiB.
        public var maximumBytes = 1 << 20

        /// Everything.
        public init() {}
    }
}
