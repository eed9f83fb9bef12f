/// The checksum of RFC 4960 Appendix B, with the polynomial of Castagnoli.
enum CRC32C {
    private static let table: [UInt32] = (0..<256).map { octet in
        (0..<8).reduce(UInt32(octet)) { sum, _ in sum >> 1 ^ (sum & 1 != 0 ? 0x82F6_3B78 : 0) }
    }

    /// The checksum of some bytes.
    static func of(_ bytes: [UInt8]) -> UInt32 {
        ~bytes.reduce(.max) { sum, octet in sum >> 8 ^ table[Int(UInt8(truncatingIfNeeded: sum) ^ octet)] }
    }
}
