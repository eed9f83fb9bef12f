/// Which parameters of the query tell resources apart.
package enum QueryRule: Sendable, Equatable {
    /// All, in their order.
    case all
    /// None.
    case none
    /// These, in any order.
    case only(Set<String>)
    /// All but these, in their order.
    case without(Set<String>)

    /// Appends a target without the parameters that do not count.
    func append(_ target: UnsafeBufferPointer<UInt8>, to bytes: inout [UInt8]) {
        guard self != .all, let mark = target.firstIndex(of: UInt8(ascii: "?")) else {
            bytes.append(contentsOf: target)
            return
        }
        bytes.append(contentsOf: target[..<mark])
        var kept = target[(mark + 1)...].split(separator: UInt8(ascii: "&")).filter { parameter in
            let name = String(decoding: parameter.prefix { $0 != UInt8(ascii: "=") }, as: UTF8.self)
            switch self {
            case .all: return true
            case .none: return false
            case .only(let names): return names.contains(name)
            case .without(let names): return !names.contains(name)
            }
        }
        if case .only = self { kept.sort { $0.lexicographicallyPrecedes($1) } }
        for (index, parameter) in kept.enumerated() {
            bytes.append(index == 0 ? UInt8(ascii: "?") : UInt8(ascii: "&"))
            bytes.append(contentsOf: parameter)
        }
    }
}
