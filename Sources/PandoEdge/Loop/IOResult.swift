/// What came of reading from a connection or writing to it.
package enum IOResult: Equatable, Sendable {
    /// So many bytes, one at least.
    case count(Int)
    /// Nothing now: when it is readable again.
    case wouldBlock
    /// Nothing now: when it is writable again.
    case wantsWrite
    /// The other side has ended, in order.
    case closed
    /// It is broken; the number is the system's.
    case failed(Int32)
}
