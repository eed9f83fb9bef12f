import NIOCore
import NIOPosix
import Synchronization

/// Lets reads that follow one another within a tick of an event loop share one view of the database.
///
/// Beginning and ending a view costs two file locks and two statements: a good part of a short read. So a read that ends on
/// an event loop leaves its view to the next one, as long as nothing was committed by this process, and at the end of the
/// loop's tick it is given up. The busier a loop is, the less a read costs, as commits are shared by those who write at a
/// time. See decision 0007.
final class SharedSnapshots: Sendable {
    /// A connection in a read transaction.
    final class Snapshot: Sendable {
        let connection: SQLiteConnection
        /// The last commit of this process that it is sure to see.
        let position: Position
        /// The event loop in whose tick it began, if it was one.
        fileprivate let loop: (any EventLoop)?
        fileprivate let tickIsOver = Atomic(false)

        fileprivate init(_ connection: SQLiteConnection, _ position: Position, _ loop: (any EventLoop)?) {
            self.connection = connection
            self.position = position
            self.loop = loop
        }
    }

    private let readers: ReaderPool
    /// What each event loop has left for its next read.
    private let left = Mutex<[ObjectIdentifier: Snapshot]>([:])

    init(readers: ReaderPool) {
        self.readers = readers
    }

    /// Begins a view that sees everything up to a position, or takes over the one that the read before has left.
    ///
    /// - Parameter mayShare: Whether it need not see what other processes have committed since the tick began.
    func begin(seeing position: Position, mayShare: Bool) async throws -> Snapshot {
        let loop = MultiThreadedEventLoopGroup.currentEventLoop
        if mayShare, let loop, let shared = takeOver(on: loop, seeing: position) { return shared }
        let connection = try await readers.take()
        do {
            try connection.run(.begin)
        } catch {
            readers.give(connection)
            throw error
        }
        let snapshot = Snapshot(connection, position, loop)
        loop?.execute { self.tickEnds(for: snapshot) }
        return snapshot
    }

    /// Ends a read: leaves its view to the next one where that may come in the same tick.
    func leave(_ snapshot: Snapshot) {
        // On the loop, so the tick cannot end in between.
        guard let loop = snapshot.loop, loop.inEventLoop, !snapshot.tickIsOver.load(ordering: .relaxed),
            snapshot.connection.isInTransaction
        else { return end(snapshot) }
        let isLeft = left.withLock { left in
            guard left[ObjectIdentifier(loop)] == nil else { return false }
            left[ObjectIdentifier(loop)] = snapshot
            return true
        }
        if !isLeft { end(snapshot) }
    }

    /// Ends a view for good.
    func end(_ snapshot: Snapshot) {
        snapshot.connection.endRead()
        readers.give(snapshot.connection)
    }

    /// Ends what was left.
    func close() {
        let rest = left.withLock { left in
            defer { left = [:] }
            return left.values
        }
        for snapshot in rest { end(snapshot) }
    }

    private func takeOver(on loop: any EventLoop, seeing position: Position) -> Snapshot? {
        left.withLock { left in
            guard left[ObjectIdentifier(loop)]?.position == position else { return nil }
            return left.removeValue(forKey: ObjectIdentifier(loop))
        }
    }

    private func tickEnds(for snapshot: Snapshot) {
        snapshot.tickIsOver.store(true, ordering: .relaxed)
        guard let loop = snapshot.loop else { return }
        let wasLeft = left.withLock { left in
            guard left[ObjectIdentifier(loop)] === snapshot else { return false }
            left[ObjectIdentifier(loop)] = nil
            return true
        }
        if wasLeft { end(snapshot) }
    }
}

extension SQLiteConnection {
    /// Ends a read. There is nothing to roll back, so an error can only mean that the transaction has ended already.
    fileprivate func endRead() {
        limitStatements(StatementBudget())
        if isInTransaction { try? run(.commit) }
    }
}
