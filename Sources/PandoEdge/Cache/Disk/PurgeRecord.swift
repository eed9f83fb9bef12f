/// A purge by tag or prefix, as it is noted on disk: what was purged must not come back with a restart.
struct PurgeRecord: Equatable, Sendable {
    enum Target: Equatable, Sendable {
        case tag(UInt64)
        case prefix([UInt8])
    }

    var generation: UInt64
    var kind: PurgeKind
    var target: Target

    /// Its bytes, with a checksum at the end.
    func encoded(_ hasher: SipHash) -> [UInt8] {
        var writer = ByteWriter()
        writer.put(generation)
        writer.put(kind.rawValue)
        switch target {
        case .tag(let hash):
            writer.put(UInt8(0))
            writer.put(hash)
        case .prefix(let bytes):
            writer.put(UInt8(1))
            writer.put(bytes)
        }
        let body = writer.bytes
        writer.put(hasher.hash(body))
        return writer.bytes
    }

    /// The records of a file up to the first that is not whole, and whether that is all of it.
    static func decode(_ bytes: [UInt8], _ hasher: SipHash) -> (records: [PurgeRecord], isWhole: Bool) {
        var reader = ByteReader(bytes)
        var found: [PurgeRecord] = []
        while !reader.isAtEnd {
            let start = reader.place
            guard let record = one(&reader) else { return (found, false) }
            let body = Array(bytes[start..<reader.place])
            guard reader.number(UInt64.self) == hasher.hash(body) else { return (found, false) }
            found.append(record)
        }
        return (found, true)
    }

    private static func one(_ reader: inout ByteReader) -> PurgeRecord? {
        guard let generation = reader.number(UInt64.self), let raw = reader.number(UInt8.self),
            let kind = PurgeKind(rawValue: raw), let form = reader.number(UInt8.self)
        else { return nil }
        switch form {
        case 0:
            return reader.number(UInt64.self).map { PurgeRecord(generation: generation, kind: kind, target: .tag($0)) }
        case 1: return reader.text().map { PurgeRecord(generation: generation, kind: kind, target: .prefix($0)) }
        default: return nil
        }
    }
}
