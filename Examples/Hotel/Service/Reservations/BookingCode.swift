import PandoDatabase

/// A short name for a reservation that can be read out over the telephone: `7QK2-M9XP`.
///
/// Forty bits of the identifier's random part in Crockford's base 32, which has no I, L, O or U.
struct BookingCode: CustomStringConvertible, Sendable {
    let description: String

    init(_ id: Identifier) {
        let bits = id.bytes.suffix(5).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        let letters = (0..<8).reversed().map { Self.alphabet[Int(bits >> (5 * UInt64($0))) & 31] }
        description = String(letters[..<4]) + "-" + String(letters[4...])
    }

    private static let alphabet = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ")
}
