/// What came of reading or writing without waiting, on a plain socket or through TLS.
package enum IOResult: Sendable, Equatable {
    /// So many bytes; never none.
    case count(Int)
    /// Nothing more until the socket can be read.
    case wouldBlock
    /// Nothing more until the socket can be written; a handshake says this while it reads, too.
    case wantsWrite
    /// The peer said that it is done.
    case closed
    /// The connection is of no more use.
    case failed(IOFailure)
}

/// Why a connection is of no more use.
package enum IOFailure: Sendable, Equatable {
    /// An error number of the system.
    case system(Int32)
    case tls(TLSFailure)
}

extension IOFailure: CustomStringConvertible {
    package var description: String {
        switch self {
        case .system(let code): "\(SystemError(code: code))"
        case .tls(let failure): "\(failure.reason)"
        }
    }
}
