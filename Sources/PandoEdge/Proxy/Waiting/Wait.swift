/// A request's wait for a place, at the servers of its upstream or past a limit of concurrency.
final class Wait {
    /// Carries the word of other threads to the worker of the request.
    ///
    /// Unchecked: the exchange is touched on the thread of its worker alone.
    final class Ticket: WaitingTicket, @unchecked Sendable {
        private let mailbox: Worker.Mailbox
        /// Nil when the wait is over.
        fileprivate var exchange: Exchange?

        fileprivate init(_ exchange: Exchange) {
            mailbox = exchange.worker.mailbox
            self.exchange = exchange
            super.init(rank: exchange.rank)
        }

        override func call() { mailbox.post { [self] _ in exchange?.goOnWaiting() } }

        override func shed() { mailbox.post { [self] _ in exchange?.waitedInVain() } }
    }

    /// Whether it is for a server; else it is for a place past a limit.
    let isForServer: Bool
    private let line: WaitingLine
    private let ticket: Ticket

    /// Joins a line; nil where it takes no more.
    init?(_ exchange: Exchange, in line: WaitingLine, atMost limit: Int, isForServer: Bool) {
        self.isForServer = isForServer
        self.line = line
        ticket = Ticket(exchange)
        guard line.join(ticket, atMost: limit) else { return nil }
    }

    /// Goes on waiting, though it may have been called.
    func stay() { line.stay(ticket) }

    func end(isServed: Bool) {
        ticket.exchange = nil
        line.leave(ticket, isServed: isServed)
    }
}
