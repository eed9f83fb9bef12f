/// Takes octets and numbers in network order from the front of bytes, and never more than there are.
struct OctetReader {
    private let bytes: UnsafeBufferPointer<UInt8>
    /// How many octets were taken.
    private(set) var place = 0

    init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

    var isAtEnd: Bool { place == bytes.count }

    /// How many octets are left.
    var left: Int { bytes.count - place }

    /// So many octets; nil where there are fewer.
    mutating func octets(_ count: Int) -> UnsafeBufferPointer<UInt8>? {
        guard left >= count else { return nil }
        defer { place += count }
        return UnsafeBufferPointer(rebasing: bytes[place..<(place + count)])
    }

    /// A number of 1 to 4 octets; nil where there are fewer.
    mutating func number(_ count: Int) -> Int? { octets(count)?.reduce(0) { $0 << 8 | Int($1) } }

    /// As many octets as a number of so many octets in front of them says; nil where there are fewer.
    mutating func vector(_ lengthOctets: Int) -> UnsafeBufferPointer<UInt8>? {
        guard let count = number(lengthOctets) else { return nil }
        return octets(count)
    }
}
