#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Something that happened in a domain, told to others through a topic.
///
/// PandoMessaging exists to carry messages from the transaction that publishes them to every group of consumers that
/// wants them: at least once, in order for each key, with an effect in the database that happens exactly once.
///
/// ```swift
/// struct ReservationConfirmed: Message {
///     static let topic = "reservation-confirmed"
///     let reservation: Identifier
///     let hotel: Identifier
/// }
///
/// try await database.write { tx in
///     …
///     try await tx.publish(ReservationConfirmed(reservation: id, hotel: hotel), key: "\(hotel)")
/// }
/// ```
///
/// Messages outlive the program that published them: add optional properties only, and never change the meaning of one.
/// The encoding is JSON unless a type brings its own ``encoded()`` and ``init(encoded:)``.
public protocol Message: Codable, Sendable {
    /// The topic's name: 1 to 100 of the characters `a`–`z`, `0`–`9`, `.`, `_` and `-`.
    static var topic: String { get }

    /// The payload's bytes, at most ``MessagingCapabilities/maximumPayloadBytes``.
    func encoded() throws -> [UInt8]

    /// Decodes the payload's bytes. An error thrown here sends the message to the dead letters at once, since no retry
    /// can mend it.
    init(encoded bytes: [UInt8]) throws
}

extension Message {
    /// The message as JSON.
    public func encoded() throws -> [UInt8] {
        [UInt8](try messageEncoder.encode(self))
    }

    /// Decodes JSON.
    public init(encoded bytes: [UInt8]) throws {
        self = try messageDecoder.decode(Self.self, from: Data(bytes))
    }
}

private let messageEncoder = JSONEncoder()
private let messageDecoder = JSONDecoder()

/// Whether a topic's or group's name keeps to the form that every engine can carry.
func isValidName(_ name: String) -> Bool {
    let utf8 = name.utf8
    return (1...100).contains(utf8.count)
        && utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."),
                UInt8(ascii: "_"), UInt8(ascii: "-"):
                true
            default: false
            }
        }
}
