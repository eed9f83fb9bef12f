import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A time-ordered identifier that the application makes: a UUID of version 7 (RFC 9562 §5.7).
///
/// The first 48 bits are milliseconds since 1970, the next 12 a fraction of the millisecond (method 3 of RFC 9562 §6.2),
/// the rest random, so identifiers made later sort later, need no database to be made, and stay unique across shards
/// and regions. Within a process they are strictly increasing, also when the clock steps back.
///
/// Text form: lower-case hexadecimal `xxxxxxxx-xxxx-7xxx-xxxx-xxxxxxxxxxxx`. Column type: ``ColumnType/identifier``.
public struct Identifier: Hashable, Sendable {
    private let high: UInt64
    private let low: UInt64

    /// Makes a new identifier from the wall clock and the system's random generator.
    public init() {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        self.init(unixNanoseconds: UInt64(now.tv_sec) * 1_000_000_000 + UInt64(now.tv_nsec))
    }

    /// Makes a new identifier for an instant; for tests and for imports of older data.
    package init(unixNanoseconds: UInt64) {
        let milliseconds = unixNanoseconds / 1_000_000
        let fraction = (unixNanoseconds % 1_000_000) * 4096 / 1_000_000
        let tick = Self.nextTick(milliseconds << 12 | fraction)
        high = (tick >> 12) << 16 | 0x7000 | (tick & 0xfff)
        low = RandomWords.next() & 0x3fff_ffff_ffff_ffff | 0x8000_0000_0000_0000
    }

    /// Takes the 16 bytes of any UUID; nil where there are not exactly 16.
    public init?(bytes: some Collection<UInt8>) {
        guard bytes.count == 16 else { return nil }
        high = bytes.prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
        low = bytes.dropFirst(8).reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// Parses the text form, in either case; nil where it is not exactly 36 characters of a UUID.
    public init?(_ text: String) {
        var text = text
        guard let halves = text.withUTF8(Self.parse) else { return nil }
        (high, low) = halves
    }

    /// Parses the text form of a part of a longer text.
    public init?(_ text: Substring) {
        self.init(String(text))
    }

    private static func parse(_ utf8: UnsafeBufferPointer<UInt8>) -> (UInt64, UInt64)? {
        guard utf8.count == 36 else { return nil }
        var halves: (UInt64, UInt64) = (0, 0)
        for index in 0..<36 {
            switch index {
            case 8, 13, 18, 23:
                guard utf8[index] == UInt8(ascii: "-") else { return nil }
            default:
                guard let digit = digit(utf8[index]) else { return nil }
                if index < 18 { halves.0 = halves.0 << 4 | digit } else { halves.1 = halves.1 << 4 | digit }
            }
        }
        return halves
    }

    /// The 16 bytes in network order, which sort as the identifiers do.
    public var bytes: [UInt8] {
        [UInt8](unsafeUninitializedCapacity: 16) { buffer, count in
            for index in 0..<8 {
                buffer[index] = UInt8(truncatingIfNeeded: high >> UInt64(56 - 8 * index))
                buffer[index + 8] = UInt8(truncatingIfNeeded: low >> UInt64(56 - 8 * index))
            }
            count = 16
        }
    }

    /// When the identifier was made, to the millisecond; meaningful for version 7 only.
    public var instant: Instant { Instant(microsecondsSince1970: Int64(high >> 16) * 1000) }

    /// Milliseconds and fraction of the last identifier made here, so that each is greater than the one before.
    private static let lastTick = Atomic<UInt64>(0)

    private static func nextTick(_ proposed: UInt64) -> UInt64 {
        var last = lastTick.load(ordering: .relaxed)
        while true {
            let next = max(proposed, last + 1)
            let (exchanged, original) = lastTick.weakCompareExchange(
                expected: last,
                desired: next,
                ordering: .relaxed
            )
            if exchanged { return next }
            last = original
        }
    }

    private static func digit(_ byte: UInt8) -> UInt64? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt64(byte - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt64(byte - UInt8(ascii: "a") + 10)
        case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt64(byte - UInt8(ascii: "A") + 10)
        default: nil
        }
    }
}

extension Identifier: Comparable {
    /// Orders by time, then by the random rest.
    public static func < (left: Identifier, right: Identifier) -> Bool {
        (left.high, left.low) < (right.high, right.low)
    }
}

extension Identifier: LosslessStringConvertible {
    /// The text form, 36 characters.
    public var description: String {
        String(unsafeUninitializedCapacity: 36) { buffer in
            var out = 0
            for index in 0..<32 {
                if index == 8 || index == 12 || index == 16 || index == 20 {
                    buffer[out] = UInt8(ascii: "-")
                    out += 1
                }
                let half = index < 16 ? high : low
                let digit = UInt8(truncatingIfNeeded: half >> UInt64(60 - 4 * (index & 15))) & 15
                buffer[out] = digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10
                out += 1
            }
            return 36
        }
    }
}

extension Identifier: Codable {
    /// Encodes the text form.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }

    /// Decodes the text form.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let value = Identifier(text) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not an identifier (a UUID)")
        }
        self = value
    }
}

extension Identifier: SQLConvertible {
    /// The 16 bytes.
    public var sqlValue: SQLValue { .bytes(bytes) }

    /// Decodes 16 bytes.
    public init(sqlValue: SQLValue) throws {
        guard case .bytes(let bytes) = sqlValue, let value = Identifier(bytes: bytes) else {
            throw mismatch(sqlValue, Identifier.self)
        }
        self = value
    }
}
