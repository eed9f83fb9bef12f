/// A worker's encoders: those that are not in use are kept, and there are never more than a bounded number.
final class GzipPool {
    private var free: [GzipEncoder] = []
    private var used = 0
    /// Where encoders write.
    let buffer = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: 1 << 15)

    /// At one time, of a worker: 64 MiB. Further bodies go as they are.
    private static let maximum = 256
    private static let maximumFree = 16

    deinit {
        buffer.deallocate()
    }

    /// An encoder; nil where there are as many as may be.
    func take(level: Int) -> GzipEncoder? {
        guard used < Self.maximum else { return nil }
        let place = free.lastIndex { $0.level == level }
        guard let encoder = place.map({ free.remove(at: $0) }) ?? GzipEncoder(level: level) else { return nil }
        used += 1
        return encoder
    }

    /// Takes one back.
    func give(_ encoder: GzipEncoder) {
        used -= 1
        guard free.count < Self.maximumFree else { return }
        encoder.reset()
        free.append(encoder)
    }
}
