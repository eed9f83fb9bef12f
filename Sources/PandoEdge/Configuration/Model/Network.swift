import Glibc

/// A range of IP addresses, such as `10.0.0.0/8` or `2001:db8::/32`; an address alone is a range of one.
///
/// IPv4 is kept in its IPv6 form (RFC 4291 §2.5.5.2), so that one comparison serves both.
public struct Network: Sendable, Hashable, CustomStringConvertible {
    private let high: UInt64
    private let low: UInt64
    private let highMask: UInt64
    private let lowMask: UInt64
    /// As it was written.
    public let description: String

    /// Reads `address` or `address/bits`; nil where ``problem(with:)`` has an answer.
    public init?(_ text: String) {
        guard case .success(let network) = Network.read(text) else { return nil }
        self = network
    }

    /// Why a text is no network, in words for a person; nil where it is one.
    public static func problem(with text: String) -> String? {
        guard case .failure(let problem) = read(text) else { return nil }
        return problem.text
    }

    /// Whether an address lies within, as its 16 octets in network order.
    @inline(__always)
    package func contains(high: UInt64, low: UInt64) -> Bool {
        (high & highMask) == self.high && (low & lowMask) == self.low
    }

    /// Whether all of another network lies within.
    package func contains(_ other: Network) -> Bool {
        (highMask & ~other.highMask) == 0 && (lowMask & ~other.lowMask) == 0
            && contains(high: other.high, low: other.low)
    }

    private struct Problem: Error { let text: String }

    private init(high: UInt64, low: UInt64, bits: Int, description: String) {
        highMask = bits >= 64 ? .max : bits == 0 ? 0 : .max << UInt64(64 - bits)
        lowMask = bits <= 64 ? 0 : bits == 128 ? .max : .max << UInt64(128 - bits)
        self.high = high
        self.low = low
        self.description = description
    }

    private static func read(_ text: String) -> Result<Network, Problem> {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard let (high, low) = octets(parts[0]) else {
            return .failure(Problem(text: "'\(parts[0])' is not an IP address"))
        }
        let isIPv4 = !parts[0].contains(":")
        var bits = 128
        if parts.count == 2 {
            let limit = isIPv4 ? 32 : 128
            guard parts[1].utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int(parts[1]), number <= limit
            else { return .failure(Problem(text: "'\(parts[1])' is not a number of bits from 0 to \(limit)")) }
            bits = isIPv4 ? 96 + number : number
        }
        let network = Network(high: high, low: low, bits: bits, description: text)
        guard network.contains(high: high, low: low) else {
            return .failure(Problem(text: "'\(text)' has bits set behind the first \(parts[1])"))
        }
        return .success(network)
    }

    /// The 16 octets of an address as two numbers.
    package static func octets(_ text: String) -> (high: UInt64, low: UInt64)? {
        var four = in_addr()
        if inet_pton(AF_INET, text, &four) == 1 {
            return (0, 0xFFFF_0000_0000 | UInt64(UInt32(bigEndian: four.s_addr)))
        }
        var six = in6_addr()
        guard inet_pton(AF_INET6, text, &six) == 1 else { return nil }
        return withUnsafeBytes(of: &six) { bytes in
            (
                UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 0, as: UInt64.self)),
                UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
            )
        }
    }
}
