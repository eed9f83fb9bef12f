/// What Cache-Control, or a field in its place, says (RFC 9111 §5.2).
package struct CacheDirectives: Sendable, Equatable {
    /// Directives without a number.
    package struct Flags: OptionSet, Sendable {
        package let rawValue: UInt32
        package init(rawValue: UInt32) { self.rawValue = rawValue }

        package static let noStore = Flags(rawValue: 1)
        package static let noCache = Flags(rawValue: 2)
        package static let isPrivate = Flags(rawValue: 4)
        package static let isPublic = Flags(rawValue: 8)
        package static let mustRevalidate = Flags(rawValue: 16)
        package static let proxyRevalidate = Flags(rawValue: 32)
        package static let mustUnderstand = Flags(rawValue: 64)
        package static let noTransform = Flags(rawValue: 128)
        package static let onlyIfCached = Flags(rawValue: 256)
        package static let immutable = Flags(rawValue: 512)
        /// A lifetime that cannot be read: the answer counts as stale (RFC 9111 §4.2.1).
        package static let invalidLifetime = Flags(rawValue: 1024)
        /// There was a directive at all.
        package static let present = Flags(rawValue: 2048)
        /// Any staleness is acceptable: max-stale without a number.
        package static let anyStaleness = Flags(rawValue: 4096)
    }

    package var flags = Flags()
    /// Seconds; -1 where the directive is missing.
    package var maxAge: Int64 = -1
    package var sharedMaxAge: Int64 = -1
    package var staleWhileRevalidate: Int64 = -1
    package var staleIfError: Int64 = -1
    package var maxStale: Int64 = -1
    package var minFresh: Int64 = -1
    /// Fields, in lower case, that no-cache or private names: they are left out of what is stored, which fulfils both.
    package var withheldFields: [String] = []

    package init() {}

    package func has(_ flag: Flags) -> Bool { flags.contains(flag) }

    /// Whether serving it stale is forbidden however the client asks (RFC 9111 §4.2.4).
    package var forbidsStale: Bool {
        !flags.isDisjoint(with: [.mustRevalidate, .proxyRevalidate, .noCache]) || sharedMaxAge >= 0
    }

    /// Takes a directive.
    ///
    /// The first of several numbers counts (RFC 9111 §4.2.1). What restricts counts whatever its argument is, what permits
    /// only without one, and a number that is none makes the answer stale.
    ///
    /// - Parameter argument: The value without its quotes; nil where there is none.
    mutating func take(_ name: UnsafeBufferPointer<UInt8>, _ argument: DirectiveArgument) {
        flags.insert(.present)
        switch Name.find(name) {
        case .maxAge: takeLifetime(argument, \.maxAge)
        case .sMaxage: takeLifetime(argument, \.sharedMaxAge)
        case .staleWhileRevalidate: takeNumber(argument, \.staleWhileRevalidate)
        case .staleIfError: takeNumber(argument, \.staleIfError)
        case .minFresh: takeNumber(argument, \.minFresh)
        case .maxStale:
            if argument.isMissing { flags.insert(.anyStaleness) } else { takeNumber(argument, \.maxStale) }
        case .noStore: flags.insert(.noStore)
        case .noCache: takeFields(argument, otherwise: .noCache)
        case .isPrivate: takeFields(argument, otherwise: .isPrivate)
        case .mustRevalidate: flags.insert(.mustRevalidate)
        case .proxyRevalidate: flags.insert(.proxyRevalidate)
        case .noTransform: flags.insert(.noTransform)
        case .onlyIfCached: flags.insert(.onlyIfCached)
        case .isPublic: if argument.isMissing { flags.insert(.isPublic) }
        case .immutable: if argument.isMissing { flags.insert(.immutable) }
        case .mustUnderstand: if argument.isMissing { flags.insert(.mustUnderstand) }
        case .other: break
        }
    }

    private mutating func takeLifetime(_ argument: DirectiveArgument, _ path: WritableKeyPath<Self, Int64>) {
        guard self[keyPath: path] < 0 else { return }
        if let number = argument.number {
            self[keyPath: path] = number
        } else {
            flags.insert(.invalidLifetime)
        }
    }

    private mutating func takeNumber(_ argument: DirectiveArgument, _ path: WritableKeyPath<Self, Int64>) {
        guard self[keyPath: path] < 0, let number = argument.number else { return }
        self[keyPath: path] = number
    }

    /// The qualified form (RFC 9111 §5.2.2.4, §5.2.2.7); as without names where they are not a list of fields that the rest
    /// of the answer can do without.
    private mutating func takeFields(_ argument: DirectiveArgument, otherwise flag: Flags) {
        guard case .text(let bytes) = argument, let names = Self.names(bytes) else {
            flags.insert(flag)
            return
        }
        withheldFields += names
    }

    private static func names(_ list: UnsafeBufferPointer<UInt8>) -> [String]? {
        var names: [String] = []
        for part in list.split(separator: UInt8(ascii: ",")) {
            let name = ByteText.trimmed(UnsafeBufferPointer(rebasing: part))
            if name.isEmpty { continue }
            guard name.allSatisfy({ Characters.isIn($0, Characters.token) }) else { return nil }
            switch FieldName.find(name) {
            case .contentType, .contentEncoding, .contentLength, .contentRange, .transferEncoding, .vary, .cacheControl,
                .cdnCacheControl, .date, .expires, .etag, .lastModified, .location:
                return nil
            default: names.append(ByteText.lowercased(name))
            }
        }
        return names.isEmpty ? nil : names
    }
}

/// The value of a directive.
enum DirectiveArgument {
    case missing
    case text(UnsafeBufferPointer<UInt8>)
    /// There is one, but not as the grammar wants it.
    case malformed

    var isMissing: Bool { if case .missing = self { true } else { false } }

    var number: Int64? { if case .text(let bytes) = self { ByteText.deltaSeconds(bytes) } else { nil } }
}

extension CacheDirectives {
    /// The directives whose meaning the cache knows.
    private enum Name {
        case maxAge, sMaxage, staleWhileRevalidate, staleIfError, maxStale, minFresh, noStore, noCache, isPrivate
        case isPublic, mustRevalidate, proxyRevalidate, mustUnderstand, noTransform, onlyIfCached, immutable, other

        private static let texts: [(StaticString, Name)] = [
            ("max-age", .maxAge), ("public", .isPublic), ("s-maxage", .sMaxage), ("no-cache", .noCache),
            ("no-store", .noStore), ("private", .isPrivate), ("must-revalidate", .mustRevalidate),
            ("immutable", .immutable), ("stale-while-revalidate", .staleWhileRevalidate),
            ("stale-if-error", .staleIfError), ("proxy-revalidate", .proxyRevalidate),
            ("must-understand", .mustUnderstand), ("no-transform", .noTransform), ("max-stale", .maxStale),
            ("min-fresh", .minFresh), ("only-if-cached", .onlyIfCached),
        ]

        static func find(_ name: UnsafeBufferPointer<UInt8>) -> Name {
            for (text, found) in texts where ByteText.isEqual(name, ignoringCaseOf: text) { return found }
            return .other
        }
    }
}
