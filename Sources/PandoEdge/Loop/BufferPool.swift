/// Buffers of connections that have something to send or have read too early: so those that are idle have none.
final class BufferPool {
    private var free: [OutputBytes] = []
    /// What a new one holds.
    private static let size = 16_384
    private static let maximumFree = 128

    func take() -> OutputBytes { free.popLast() ?? OutputBytes(capacity: Self.size) }

    /// Takes one back; one that has grown goes.
    func give(_ buffer: OutputBytes) {
        guard free.count < Self.maximumFree, buffer.size <= Self.size * 4 else { return }
        buffer.removeAll()
        free.append(buffer)
    }
}
