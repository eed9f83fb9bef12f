import CEpoll

#if canImport(Glibc)
    import Glibc
#endif

/// What came of sending bytes of a file from where they are.
enum FileSent {
    /// So many were sent; none where the file is shorter than it was.
    case count(Int)
    /// None for now: ``StreamSocket/drained()`` comes when the system takes more.
    case blocked
    /// The connection is of no more use.
    case gone
}

extension StreamSocket {
    /// Sends bytes of a file behind what waits, without their passing through this process. Not through TLS.
    final func sendFile(_ file: Int32, at place: Int64, _ count: Int) -> FileSent {
        if backlog > 0 { flush() }
        if isClosed { return .gone }
        if isBlocked { return .blocked }
        var offset = off_t(place)
        while true {
            let sent = sendfile(descriptor, file, &offset, count)
            if sent >= 0 { return .count(sent) }
            switch errno {
            case EINTR: continue
            case EAGAIN:
                hold()
                return .blocked
            default:
                sendingFailed(.system(errno))
                return .gone
            }
        }
    }
}
