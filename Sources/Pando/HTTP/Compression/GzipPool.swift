import Synchronization

/// A few compressors that wait for their next body: making one costs more than compressing a small answer.
final class GzipPool: Sendable {
    /// Proves that a compressor has one owner at a time: it is either in the pool or with the body that took it.
    struct Loan: @unchecked Sendable {
        let gzip: Gzip
    }

    private static let maximum = 16
    private let free = Mutex<[Loan]>([])

    /// A compressor for one body; nil if there is no memory.
    func take() -> Loan? {
        if let loan = free.withLock({ $0.popLast() }) { return loan }
        return Gzip(.fast).map(Loan.init)
    }

    /// Gives it back.
    func give(_ loan: Loan) {
        loan.gzip.reset()
        free.withLock { if $0.count < Self.maximum { $0.append(loan) } }
    }
}
