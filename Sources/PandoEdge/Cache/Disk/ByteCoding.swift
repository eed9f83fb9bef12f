/// Writes numbers, least octet first, and texts with their length.
struct ByteWriter {
    private(set) var bytes: [UInt8] = []

    mutating func put(_ number: some FixedWidthInteger) {
        withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) }
    }

    mutating func put(_ text: [UInt8]) {
        put(UInt32(text.count))
        bytes += text
    }
}

/// Reads what ``ByteWriter`` has written; nil at the first thing that is not there.
struct ByteReader {
    private let bytes: [UInt8]
    private(set) var place = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    var isAtEnd: Bool { place == bytes.count }

    mutating func number<Number: FixedWidthInteger>(_: Number.Type = Number.self) -> Number? {
        let size = MemoryLayout<Number>.size
        guard bytes.count - place >= size else { return nil }
        defer { place += size }
        let found = bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: place, as: Number.self) }
        return Number(littleEndian: found)
    }

    mutating func text() -> [UInt8]? {
        guard let count = number(UInt32.self), bytes.count - place >= Int(count) else { return nil }
        defer { place += Int(count) }
        return Array(bytes[place..<place + Int(count)])
    }
}
