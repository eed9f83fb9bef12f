/// A server that went away, or came back.
package enum DatabaseOutage: Sendable {
    /// No connection is left, and none can be opened.
    case began(DatabaseError)
    /// A connection could be opened again.
    case ended(after: Duration)
}

extension Database {
    /// Has a listener told when the server of the database is lost and when it is back: once of each, however many notice.
    ///
    /// A database in a file is never lost. There is one listener: a second one takes the place of the first.
    package func onOutage(_ listener: @escaping @Sendable (DatabaseOutage) -> Void) {
        engine.onOutage(listener)
    }

    /// Whether an error tells no more than the listener of ``onOutage(_:)`` has been told: then it is worth no line of its own.
    package func isToldOf(_ error: any Error) -> Bool {
        (error as? DatabaseError)?.code == .unavailable && engine.isOutageTold
    }
}
