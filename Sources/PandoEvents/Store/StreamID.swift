public import PandoDatabase

/// Names one stream of events: everything that ever happened to one aggregate.
public struct StreamID: Hashable, Sendable, CustomStringConvertible {
    /// The kind of aggregate, such as `reservation`; see ``Aggregate/streamCategory``.
    public let category: String
    /// Which one of the kind, up to ``maximumKeyLength`` UTF-8 bytes.
    public let key: String

    /// Longest ``key`` that the store accepts, in UTF-8 bytes.
    public static let maximumKeyLength = 200

    /// Names a stream.
    /// - Parameters:
    ///   - category: 1 to 64 of `a` to `z`, `0` to `9`, `-` and `_`; anything else is a programmer's mistake and stops
    ///     the program.
    ///   - key: checked when the stream is used, since it may come from outside.
    public init(category: String, key: String) {
        precondition(
            (1...64).contains(category.utf8.count) && category.utf8.allSatisfy(Self.isCategoryByte),
            "the stream category \"\(category)\" must be 1 to 64 of a-z, 0-9, - and _"
        )
        self.category = category
        self.key = key
    }

    /// Names the stream of one aggregate.
    public init<A: Aggregate>(_ type: A.Type, _ id: some StreamKey) {
        self.init(category: A.streamCategory, key: id.streamKey)
    }

    /// `category/key`.
    public var description: String { "\(category)/\(key)" }

    func validate() throws(EventsError) {
        guard (1...Self.maximumKeyLength).contains(key.utf8.count), !key.utf8.contains(0) else {
            throw EventsError(
                .invalidAppend,
                "the key of a stream \(category) must be 1 to \(Self.maximumKeyLength) bytes without U+0000 and has"
                    + " \(key.utf8.count)"
            )
        }
    }

    private static func isCategoryByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"),
            UInt8(ascii: "_"):
            true
        default: false
        }
    }
}

/// What tells the aggregates of one kind apart: an `Identifier` or a text.
public protocol StreamKey: Sendable {
    /// The key as it stands in the name of the stream.
    var streamKey: String { get }
}

extension String: StreamKey {
    /// The text itself.
    public var streamKey: String { self }
}

extension Identifier: StreamKey {
    /// The identifier as text.
    public var streamKey: String { description }
}
