/// What a worker's exchanges need of the cache: a way for fills to tell the worker's thread that there is something new.
final class CacheDesk {
    /// Carries the word of other threads to the worker.
    final class Bell: FillListener {
        private let mailbox: Worker.Mailbox

        init(_ mailbox: Worker.Mailbox) { self.mailbox = mailbox }

        func fillAdvanced(_ token: UInt64) { mailbox.post { $0.cacheDesk.advance(token) } }
    }

    let bell: Bell
    private var turns: [UInt64: CacheTurn] = [:]
    private var lastToken: UInt64 = 0

    init(_ mailbox: Worker.Mailbox) { bell = Bell(mailbox) }

    /// Has a turn told what a fill says under the number that is returned.
    func enter(_ turn: CacheTurn) -> UInt64 {
        lastToken += 1
        turns[lastToken] = turn
        return lastToken
    }

    func leave(_ token: UInt64) { turns[token] = nil }

    /// The turn may be over already: then nobody listens.
    private func advance(_ token: UInt64) { turns[token]?.advanced() }
}
