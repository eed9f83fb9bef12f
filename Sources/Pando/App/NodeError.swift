/// Why a node does not start.
public struct NodeError: Error, Sendable, CustomStringConvertible {
    /// The kinds of failure.
    @nonexhaustive
    public enum Code: String, Sendable, Hashable {
        /// A name has characters that files, tables or labels cannot carry.
        case invalidName
        /// Two domains claim the same name, route, consumer group or schedule.
        case duplicate
        /// A domain needs the interface of another that does not provide it, or not before it.
        case missingInterface
        /// An option has a value out of its range.
        case invalidConfiguration
        /// A port is taken or may not be bound.
        case cannotListen
        /// The data folder cannot be made or written.
        case dataFolder
    }

    /// What kind of failure.
    public let code: Code
    /// What is wrong, where, and what to do.
    public let message: String

    init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// The message and the code.
    public var description: String { "\(message) [\(code.rawValue)]" }

    static func isName(_ name: String) -> Bool {
        (1...50).contains(name.utf8.count)
            && name.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"),
                    UInt8(ascii: "_"):
                    true
                default: false
                }
            }
    }
}
