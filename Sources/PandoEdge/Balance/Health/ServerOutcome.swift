/// What became of a request at a server, as far as it tells something about the server.
package enum ServerOutcome: Sendable, Equatable {
    /// It answered, with whatever it has to say to this client: every status below 500.
    case good
    /// It answered that it cannot: a status of 500 and above.
    case serverError
    /// No connection to it came about, or it ended before the answer's head had come. Not where the edge itself lacked something.
    case unreachable
    /// The answer's head did not come in time.
    case timedOut
    /// The client went away first, or another server was quicker: it says nothing.
    case abandoned
}
