import CEpoll

#if canImport(Glibc)
    import Glibc
#endif

/// Calls of the system on non-blocking sockets.
enum Socket {
    /// - Parameter flags: Those of `recv`.
    @inline(__always)
    static func receive(
        _ descriptor: Int32,
        into buffer: UnsafeMutableBufferPointer<UInt8>,
        flags: Int32 = 0
    ) -> IOResult {
        while true {
            let count = recv(descriptor, buffer.baseAddress, buffer.count, flags)
            if count > 0 { return .count(count) }
            if count == 0 { return .closed }
            switch errno {
            case EINTR: continue
            case EAGAIN: return .wouldBlock
            default: return .failed(.system(errno))
            }
        }
    }

    @inline(__always)
    static func send(_ descriptor: Int32, _ bytes: UnsafeBufferPointer<UInt8>) -> IOResult {
        while true {
            let count = Glibc.send(descriptor, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL))
            if count >= 0 { return .count(count) }
            switch errno {
            case EINTR: continue
            case EAGAIN: return .wantsWrite
            default: return .failed(.system(errno))
            }
        }
    }

    /// Takes a connection that waits at a listening socket, with its client's address; nil where there is none.
    static func accept(_ descriptor: Int32) -> (Int32, SocketAddress?)? {
        var accepted: Int32 = -1
        let address = SocketAddress.filled { address, length in
            accepted = accept4(descriptor, address, length, Int32(SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue))
            return accepted >= 0
        }
        guard accepted >= 0 else { return nil }
        setNoDelay(accepted)
        return (accepted, address)
    }

    /// Whether there is something to read, or the end.
    static func hasInput(_ descriptor: Int32) -> Bool {
        var octet: UInt8 = 0
        return recv(descriptor, &octet, 1, Int32(MSG_PEEK)) >= 0
    }

    /// Closes a socket.
    static func end(_ descriptor: Int32) { close(descriptor) }

    /// Copies what waits to be read, and leaves it there.
    static func peek(_ descriptor: Int32, into buffer: UnsafeMutableBufferPointer<UInt8>) -> IOResult {
        receive(descriptor, into: buffer, flags: Int32(MSG_PEEK))
    }

    /// Ends our half of a connection.
    static func endWriting(_ descriptor: Int32) { shutdown(descriptor, Int32(SHUT_WR)) }

    /// Sends small writes at once.
    static func setNoDelay(_ descriptor: Int32) { set(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, 1) }

    @discardableResult
    static func set(_ descriptor: Int32, _ level: Int32, _ option: Int32, _ value: Int32) -> Bool {
        var value = value
        return setsockopt(descriptor, level, option, &value, socklen_t(MemoryLayout<Int32>.size)) == 0
    }

    /// The error that a socket remembers; 0 where there is none.
    static func pendingError(_ descriptor: Int32) -> Int32 {
        var error: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        return getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &error, &length) == 0 ? error : errno
    }

    /// Resets the connection instead of ending it in order, and leaves nothing behind.
    static func abort(_ descriptor: Int32) {
        var now = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &now, socklen_t(MemoryLayout<linger>.size))
        close(descriptor)
    }

    /// A new socket that begins to connect; the number of the system's error where it cannot.
    static func connect(to address: SocketAddress) -> Result<Int32, SystemError> {
        let type = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        let descriptor = socket(Int32(address.family), type, 0)
        guard descriptor >= 0 else { return .failure(SystemError(code: errno)) }
        if address.family != sa_family_t(AF_UNIX) { setNoDelay(descriptor) }
        let result = address.withPointer { Glibc.connect(descriptor, $0, $1) }
        guard result == 0 || errno == EINPROGRESS || errno == EAGAIN else {
            defer { close(descriptor) }
            return .failure(SystemError(code: errno))
        }
        return .success(descriptor)
    }

    /// A socket that listens at an address, which other workers may share. At `::` it takes IPv4 too, and where the system has no
    /// IPv6 it is at 0.0.0.0 in its place.
    ///
    /// - Parameter isPrivate: Whether a path is for the user of the process alone.
    static func listen(
        at address: SocketAddress,
        isPrivate: Bool = false,
        opening open: ((SocketAddress) -> Result<Int32, SystemError>)? = nil
    ) -> Result<Int32, SystemError> {
        let open = open ?? { Self.open(at: $0, isPrivate: isPrivate) }
        let result = open(address)
        guard case .failure(let error) = result, let port = address.port, address.host == "::",
            [EAFNOSUPPORT, EADDRNOTAVAIL].contains(error.code), let four = SocketAddress(host: "0.0.0.0", port: port)
        else { return result }
        return open(four)
    }

    private static func open(
        at address: SocketAddress,
        backlog: Int32 = 4096,
        isPrivate: Bool
    ) -> Result<Int32, SystemError> {
        let type = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        let descriptor = socket(Int32(address.family), type, 0)
        guard descriptor >= 0 else { return .failure(SystemError(code: errno)) }
        set(descriptor, SOL_SOCKET, SO_REUSEADDR, 1)
        // Whatever the system's own default is.
        if address.host == "::" { set(descriptor, Int32(IPPROTO_IPV6), IPV6_V6ONLY, 0) }
        // Nobody can connect before it listens: its file is closed to others by then.
        let isBound =
            address.withPointer { bind(descriptor, $0, $1) } == 0
            && (!isPrivate || address.port != nil || chmod(address.host, 0o600) == 0)
            && Glibc.listen(descriptor, backlog) == 0
        guard isBound else {
            defer { close(descriptor) }
            return .failure(SystemError(code: errno))
        }
        return .success(descriptor)
    }

    /// Takes away the file of a socket that nobody listens at any more.
    static func removeStale(_ path: String, _ address: SocketAddress) {
        switch connect(to: address) {
        case .success(let descriptor): close(descriptor)
        case .failure(let error): if error.code == ECONNREFUSED { unlink(path) }
        }
    }

    /// The address that a socket is bound to.
    static func localAddress(_ descriptor: Int32) -> SocketAddress? {
        SocketAddress.filled { getsockname(descriptor, $0, $1) == 0 }
    }
}

/// An error of the system, by its number.
package struct SystemError: Error, Equatable, CustomStringConvertible {
    package let code: Int32

    package var description: String { String(cString: strerror(code)) }
}
