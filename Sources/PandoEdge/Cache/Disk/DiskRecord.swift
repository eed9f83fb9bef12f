/// A stored response on disk, as the index knows it.
struct DiskRecord: CacheTableElement {
    let key: CacheKey
    let variant: Variant
    let date: Int64
    let tags: [UInt64]
    let generation: UInt64
    /// The name of its file.
    let number: UInt64
    let fileBytes: Int

    var weight: Int { fileBytes }
}

/// The form of a file: a fixed part, the header, its checksum, the body.
///
/// The checksums are keyed hashes of the cache's own: a file that was torn by a crash, cut off by a full disk or changed by hand does not
/// pass, and is never served. The header has a checksum of its own, so that the index is built without reading bodies.
enum DiskFormat {
    static let magic: UInt64 = 0x3148_4341_434F_444E  // "NDOCACH1"
    /// Magic, bytes of the header, bytes of the body, checksum of the body.
    static let fixedBytes = 8 + 4 + 8 + 8
    static let maximumHeaderBytes = 1 << 20

    /// What stands before the body.
    static func header(_ entry: CacheEntry, _ hasher: SipHash) -> [UInt8] {
        var payload = ByteWriter()
        payload.put(entry.key.bytes)
        payload.put(entry.variant.names)
        payload.put(entry.variant.values)
        put(entry.facts, to: &payload)
        payload.put(entry.generation)
        payload.put(UInt32(entry.tags.count))
        for tag in entry.tags { payload.put(tag) }
        payload.put(UInt32(entry.head.status))
        payload.put(UInt32(entry.head.fields.count))
        for field in entry.head.fields {
            entry.head.withBytes(field.name) { payload.put(Array($0)) }
            entry.head.withBytes(field.value) { payload.put(Array($0)) }
        }
        var writer = ByteWriter()
        writer.put(magic)
        writer.put(UInt32(payload.bytes.count))
        writer.put(UInt64(entry.body.count))
        writer.put(checksum(entry.body.chunks, hasher))
        var all = writer.bytes + payload.bytes
        var end = ByteWriter()
        end.put(hasher.hash(all))
        all += end.bytes
        return all
    }

    /// The checksum of a body in pieces of any size.
    static func checksum(_ chunks: [[UInt8]], _ hasher: SipHash) -> UInt64 {
        // Blocks of one size, whatever the pieces are, each hashed with the hash of those before.
        var block: [UInt8] = []
        block.reserveCapacity(blockBytes + 8)
        var sum: UInt64 = 0
        for chunk in chunks {
            var place = 0
            while place < chunk.count {
                let count = min(blockBytes - block.count, chunk.count - place)
                block += chunk[place..<place + count]
                place += count
                if block.count == blockBytes { close(&block, &sum, hasher) }
            }
        }
        close(&block, &sum, hasher)
        return sum
    }

    private static let blockBytes = 64 << 10

    private static func close(_ block: inout [UInt8], _ sum: inout UInt64, _ hasher: SipHash) {
        withUnsafeBytes(of: sum.littleEndian) { block.append(contentsOf: $0) }
        sum = hasher.hash(block)
        block.removeAll(keepingCapacity: true)
    }

    /// The lengths in the fixed part; nil where it is none.
    static func lengths(_ fixed: [UInt8]) -> (header: Int, body: Int, bodySum: UInt64)? {
        var reader = ByteReader(fixed)
        guard reader.number(UInt64.self) == magic, let header = reader.number(UInt32.self),
            let body = reader.number(UInt64.self), let sum = reader.number(UInt64.self),
            header <= maximumHeaderBytes, body <= 1 << 40
        else { return nil }
        return (Int(header), Int(body), sum)
    }

    /// The entry of a header without its body; nil where the checksum is wrong.
    ///
    /// - Parameter bytes: The fixed part, the header and its checksum.
    static func entry(_ bytes: [UInt8], body: CacheBody, _ hasher: SipHash) -> CacheEntry? {
        guard bytes.count > fixedBytes + 8 else { return nil }
        var end = ByteReader(Array(bytes.suffix(8)))
        guard end.number(UInt64.self) == hasher.hash(Array(bytes.dropLast(8))) else { return nil }
        var reader = ByteReader(Array(bytes[fixedBytes..<(bytes.count - 8)]))
        guard let key = reader.text(), let names = reader.text(), let values = reader.text(),
            let facts = facts(&reader), let generation = reader.number(UInt64.self), let tags = tags(&reader),
            let head = head(&reader), reader.isAtEnd
        else { return nil }
        return CacheEntry(
            key: CacheKey(hash: hasher.hash(key), bytes: key),
            variant: Variant(names: names, values: values),
            facts: facts,
            head: head,
            body: body,
            tags: tags,
            generation: generation
        )
    }

    // MARK: Parts

    private static func put(_ facts: EntryFacts, to writer: inout ByteWriter) {
        writer.put(Int64(facts.status))
        writer.put(facts.responseTime.milliseconds)
        writer.put(facts.initialAge)
        writer.put(facts.lifetime)
        writer.put(facts.date)
        writer.put(facts.lastModified)
        writer.put(facts.staleWhileRevalidate)
        writer.put(facts.staleIfError)
        writer.put(facts.flags.rawValue)
        writer.put(UInt8(facts.hasSharedLifetime ? 1 : 0))
        writer.put(UInt8(facts.range == nil ? 0 : 1))
        if let range = facts.range {
            writer.put(range.first)
            writer.put(range.last)
            writer.put(range.length)
        }
    }

    private static func facts(_ reader: inout ByteReader) -> EntryFacts? {
        var numbers: [Int64] = []
        for _ in 0..<8 {
            guard let number = reader.number(Int64.self) else { return nil }
            numbers.append(number)
        }
        guard let flags = reader.number(UInt32.self), let isShared = reader.number(UInt8.self),
            let hasRange = reader.number(UInt8.self)
        else { return nil }
        var facts = EntryFacts()
        facts.status = Int(numbers[0])
        facts.responseTime = CacheTime(milliseconds: numbers[1])
        (facts.initialAge, facts.lifetime, facts.date) = (numbers[2], numbers[3], numbers[4])
        facts.lastModified = numbers[5]
        (facts.staleWhileRevalidate, facts.staleIfError) = (numbers[6], numbers[7])
        facts.flags = CacheDirectives.Flags(rawValue: flags)
        facts.hasSharedLifetime = isShared == 1
        if hasRange == 1 {
            guard let first = reader.number(Int64.self), let last = reader.number(Int64.self),
                let length = reader.number(Int64.self)
            else { return nil }
            facts.range = ContentRange(first: first, last: last, length: length)
        }
        return facts
    }

    private static func tags(_ reader: inout ByteReader) -> [UInt64]? {
        guard let count = reader.number(UInt32.self), count <= CacheTags.maximum else { return nil }
        var tags: [UInt64] = []
        for _ in 0..<count {
            guard let tag = reader.number(UInt64.self) else { return nil }
            tags.append(tag)
        }
        return tags
    }

    private static func head(_ reader: inout ByteReader) -> StoredHead? {
        guard let status = reader.number(UInt32.self), let count = reader.number(UInt32.self) else { return nil }
        var builder = StoredHeadBuilder(status: Int(status))
        for _ in 0..<count {
            guard let name = reader.text(), let value = reader.text() else { return nil }
            name.withUnsafeBufferPointer { name in
                value.withUnsafeBufferPointer { builder.add(FieldName.find(name), name, $0) }
            }
        }
        return StoredHead(builder)
    }
}
