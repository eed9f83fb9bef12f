import HTTPTypes
import Hummingbird
import Synchronization

/// Finds out which request this is and who sent it.
struct RequestIdentity: Sendable {
    /// The proxies whose word about the client is taken.
    let trustedProxies: TrustedProxies

    /// A new id for a request: unique in this process, and with 64 random bits from those of others.
    static func next() -> String {
        let number = numbers.wrappingAdd(1, ordering: .relaxed).newValue
        return String(unsafeUninitializedCapacity: 32) { buffer in
            for index in 0..<32 {
                let half = index < 16 ? process : number
                let digit = UInt8(truncatingIfNeeded: half >> UInt64(60 - 4 * (index & 15))) & 15
                buffer[index] = digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10
            }
            return 32
        }
    }

    private static let process = UInt64.random(in: .min ... .max)
    private static let numbers = Atomic(UInt64(0))

    /// The client's id for the request, if it is short and plain enough to go into logs and header fields.
    static func incomingID(_ fields: HTTPFields) -> String? {
        guard let id = fields.only(.xRequestID), (1...64).contains(id.utf8.count) else { return nil }
        let isPlain = id.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
                true
            default: false
            }
        }
        return isPlain ? id : nil
    }

    /// Who sent a request.
    struct Client {
        let address: ClientAddress
        let isSecure: Bool
        /// Whether a trusted proxy passes the answer on.
        let isBehindProxy: Bool
    }

    /// The client behind a connection and whether it speaks TLS.
    func client(of connection: Connection?, _ fields: HTTPFields) -> Client {
        guard let connection else { return Client(address: .local, isSecure: false, isBehindProxy: false) }
        guard trustedProxies.contains(connection.peer) else {
            return Client(address: connection.peer, isSecure: connection.isSecure, isBehindProxy: false)
        }
        return Client(
            address: trustedProxies.client(forwardedFor: fields[.xForwardedFor], peer: connection.peer),
            isSecure: fields[.xForwardedProto]?.equalsIgnoringCase("https") ?? connection.isSecure,
            isBehindProxy: true
        )
    }
}
