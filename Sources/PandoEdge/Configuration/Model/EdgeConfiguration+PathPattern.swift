extension EdgeConfiguration {
    /// What a path is like: `/about` exactly, `/api/hotels/{id}` with any one segment in braces, `/api/*` and all below.
    ///
    /// `/api/*` takes `/api`, `/api/` and all below. A slash at the end does not count, and case does. It is compared with the
    /// path as ``RoutePath`` reads it, decoded once.
    public struct PathPattern: Sendable, Hashable, CustomStringConvertible {
        /// One segment.
        public enum Segment: Sendable, Hashable {
            /// These octets, decoded.
            case literal([UInt8])
            /// Any segment that is not empty, by a name for ``Rewrite``.
            case parameter(String)
        }

        /// Its kinds, the strongest first.
        public enum Kind: Int, Sendable, Hashable, Comparable {
            /// Literals alone.
            case exact
            /// With a parameter.
            case template
            /// With `/*` at its end.
            case prefix

            /// Whether one is stronger.
            public static func < (one: Kind, other: Kind) -> Bool { one.rawValue < other.rawValue }
        }

        /// Between the slashes.
        public let segments: [Segment]
        /// Exact, template or prefix.
        public let kind: Kind
        /// As it was written.
        public let description: String

        /// `/*`.
        public static let any = PathPattern(segments: [], kind: .prefix, description: "/*")

        private init(segments: [Segment], kind: Kind, description: String) {
            self.segments = segments
            self.kind = kind
            self.description = description
        }

        /// Reads a pattern; nil where ``problem(with:)`` has an answer.
        public init?(_ text: String) {
            guard PathPattern.problem(with: text) == nil else { return nil }
            var parts = text.split(separator: "/", omittingEmptySubsequences: true).map(String.init)
            let isPrefix = parts.last == "*"
            if isPrefix { parts.removeLast() }
            segments = parts.map { part in
                part.first == "{"
                    ? .parameter(String(part.dropFirst().dropLast())) : .literal(Self.decoded(part) ?? Array(part.utf8))
            }
            let hasParameter = parts.contains { $0.first == "{" }
            kind = isPrefix ? .prefix : hasParameter ? .template : .exact
            description = text
        }

        /// The names in braces, in their order.
        public var parameters: [String] {
            segments.compactMap { segment in
                guard case .parameter(let name) = segment else { return nil }
                return name
            }
        }

        /// Why a text is no pattern, in words for a person; nil where it is one.
        public static func problem(with text: String) -> String? {
            guard text.first == "/" else { return "'\(text)' does not begin with '/'" }
            if let sign = text.first(where: { "?#\\ ".contains($0) || !$0.isASCII }) {
                return "'\(sign)' is no part of a path"
            }
            if text.contains("//") { return "'\(text)' has an empty segment" }
            let parts = text.split(separator: "/", omittingEmptySubsequences: true).map(String.init)
            var names: Set<String> = []
            for (index, part) in parts.enumerated() {
                if part == "*", index == parts.count - 1 { continue }
                if part.contains("*") { return "'*' stands alone, as the last segment" }
                if part == "." || part == ".." { return "'\(part)' is no segment of a path" }
                guard part.contains("{") || part.contains("}") else {
                    if decoded(part) == nil { return "'\(part)' is not percent-encoded as a segment is" }
                    continue
                }
                guard let name = parameterName(part) else { return "'\(part)' is not a name in braces" }
                guard names.insert(name).inserted else { return "'{\(name)}' is in it twice" }
            }
            return nil
        }

        private static func parameterName(_ part: String) -> String? {
            guard part.first == "{", part.last == "}" else { return nil }
            let name = part.dropFirst().dropLast()
            let isName = name.utf8.allSatisfy { ($0 < 0x80 && Character(UnicodeScalar($0)).isLetter) || isNameByte($0) }
            return name.isEmpty || !isName ? nil : String(name)
        }

        private static func isNameByte(_ byte: UInt8) -> Bool {
            byte == UInt8(ascii: "_") || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
        }

        /// The octets of a segment, decoded once; nil where they are none that a request could have.
        private static func decoded(_ part: String) -> [UInt8]? {
            let scratch = RoutePath(capacity: 64)
            let path = Array(("/" + part).utf8)
            let isRead = path.withUnsafeBufferPointer { scratch.read($0, slashes: .refuse) }
            // A segment that counts for nothing, such as %2E, matches nothing either.
            let octets = isRead ? scratch.withMatchBytes { Array($0.dropFirst()) } : []
            return octets.isEmpty ? nil : octets
        }
    }
}
