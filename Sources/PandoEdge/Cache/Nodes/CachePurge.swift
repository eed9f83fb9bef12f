import Foundation

/// One purge, as nodes tell each other of it.
struct CachePurge: Sendable, Equatable {
    enum Target: Sendable, Equatable {
        case uri(String)
        /// Empty for everything.
        case prefix(String)
        case tag(String)
    }

    let target: Target
    let kind: PurgeKind

    /// Everything: what those are told who have not heard of too many.
    static let everything = CachePurge(target: .prefix(""), kind: .hard)

    init(target: Target, kind: PurgeKind) {
        self.target = target
        self.kind = kind
    }

    /// The field that carries it.
    static let fieldName = "pando-purge"

    /// The value of the field: texts in Base64, so that no text can be anything else.
    var fieldValue: String {
        let (word, text) =
            switch target {
            case .uri(let text): ("uri", text)
            case .prefix(let text): ("prefix", text)
            case .tag(let text): ("tag", text)
            }
        return "\(kind == .hard ? "hard" : "soft") \(word) \(Data(text.utf8).base64EncodedString())"
    }

    /// Reads the value of the field; nil where it is none.
    init?(fieldValue: String) {
        let parts = fieldValue.split(separator: " ", omittingEmptySubsequences: false)
        guard parts.count == 3, let data = Data(base64Encoded: String(parts[2])),
            let text = String(validating: data, as: UTF8.self)
        else { return nil }
        switch parts[0] {
        case "hard": kind = .hard
        case "soft": kind = .soft
        default: return nil
        }
        switch parts[1] {
        case "uri": target = .uri(text)
        case "prefix": target = .prefix(text)
        case "tag": target = .tag(text)
        default: return nil
        }
    }
}

extension Generation {
    /// Purges the cache of this node; false where nothing is cached, or the target is none.
    @discardableResult
    func purge(_ purge: CachePurge) -> Bool {
        guard let cache else { return false }
        switch purge.target {
        case .uri(let uri):
            var rules = [QueryRule.all]
            for rule in routes.compactMap({ $0.cacheRules?.query }) where !rules.contains(rule) { rules.append(rule) }
            return rules.reduce(false) { cache.purge(uri: uri, query: $1, purge.kind) || $0 }
        case .prefix(let prefix): return cache.purge(prefix: prefix, purge.kind)
        case .tag(let tag):
            cache.purge(tag: tag, purge.kind)
            return true
        }
    }
}
