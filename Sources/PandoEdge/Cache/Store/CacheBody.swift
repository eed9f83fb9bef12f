/// The body of a stored response: whole, never changed, shared by all who send it.
package final class CacheBody: Sendable {
    /// In pieces, so that no large body has to lie in one place; none is empty.
    package let chunks: [[UInt8]]
    package let count: Int

    /// - Parameter chunks: In their order.
    package init(_ chunks: [[UInt8]]) {
        self.chunks = chunks.filter { !$0.isEmpty }
        count = chunks.reduce(0) { $0 + $1.count }
    }

    /// Without a byte.
    package static let empty = CacheBody([])

    /// Bytes of memory, with what arrays cost.
    package var weight: Int { count + chunks.count * 48 + 64 }

    /// Lends the bytes from a place on to the end of their piece, which is what one send takes; none at the end of the body.
    package func withBytes<Result>(from place: Int, _ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
        var start = 0
        for chunk in chunks {
            if place < start + chunk.count {
                return chunk.withUnsafeBufferPointer { body(UnsafeBufferPointer(rebasing: $0[(place - start)...])) }
            }
            start += chunk.count
        }
        return body(UnsafeBufferPointer(start: nil, count: 0))
    }

    /// The same bytes in pieces of a good size to send: one where the body is small.
    func compacted() -> CacheBody {
        guard chunks.count > 1, count / chunks.count < Self.goodChunk else { return self }
        var joined: [[UInt8]] = []
        var current: [UInt8] = []
        for chunk in chunks {
            if current.isEmpty { current.reserveCapacity(min(Self.goodChunk + chunk.count, count)) }
            current += chunk
            if current.count >= Self.goodChunk {
                joined.append(current)
                current = []
            }
        }
        joined.append(current)
        return CacheBody(joined)
    }

    private static let goodChunk = 256 << 10
}
