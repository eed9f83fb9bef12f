import Foundation
import PandoTopology

/// What an app listens for.
package enum ListenerPurpose: String, Sendable {
    /// Its users.
    case site
    /// Dashboard, metrics and health.
    case admin = "admin page"

    /// The option of `up` that says where.
    var option: String {
        switch self {
        case .site: "--address"
        case .admin: "--admin"
        }
    }
}

/// Whether an address can be listened on, and who has it otherwise.
struct PortCheck {
    let purpose: ListenerPurpose
    let address: Address
    /// Whether a process is the app itself, which runs: a port that it holds is where it should be.
    var isOwn: (Int) -> Bool = { _ in false }

    func finding() -> Finding {
        let check = "port \(address.port)"
        guard address.port != 0 else {
            return Finding(check, .ok, "the system chooses one for the \(purpose.rawValue)")
        }
        switch bind() {
        case 0:
            return Finding(check, .ok, "\(address) is free for the \(purpose.rawValue)")
        case EADDRINUSE:
            let owner = PortOwner.find(port: address.port)
            if let owner, isOwn(owner.pid) {
                return Finding(check, .ok, "\(owner) serves there already (\(purpose.rawValue), \(address))")
            }
            return Finding(
                check,
                .failed,
                "\(address) (\(purpose.rawValue)) is in use\(owner.map { " by \($0)" } ?? "")",
                remedy: owner.map { "kill \($0.pid)   (or \(otherAddress))" } ?? otherAddress
            )
        case EACCES:
            return Finding(
                check,
                .failed,
                "\(NSUserName()) may not listen below port 1024 (\(purpose.rawValue))",
                remedy: "sudo sysctl net.ipv4.ip_unprivileged_port_start=\(address.port)   (or \(otherAddress))"
            )
        case EADDRNOTAVAIL:
            return Finding(
                check,
                .failed,
                "\(address.host) is not an address of this machine (\(purpose.rawValue))",
                remedy: "ip -brief address   (and use one of those, or 0.0.0.0 for all)"
            )
        case let code where code < 0:
            return Finding(
                check,
                .failed,
                "the host name '\(address.host)' has no address (\(purpose.rawValue))",
                remedy: "use an IP address"
            )
        case let code:
            return Finding(
                check,
                .failed,
                "\(address) (\(purpose.rawValue)): \(String(cString: strerror(code)))",
                remedy: otherAddress
            )
        }
    }

    /// How to listen elsewhere; what `make` has started is started by `make` again, and that sets the variable.
    private var otherAddress: String {
        let option = "\(purpose.option) HOST:PORT"
        let make = ProcessInfo.processInfo.environment["MAKELEVEL"] != nil
        return "choose another address: \(make ? "make run ARGS=\"\(option)\"" : "up \(option)")"
    }

    /// A port of an address of this machine that nobody has at this moment.
    static func freePort(of host: String) throws(CommandFailure) -> Int {
        var port = 0
        let code = PortCheck(purpose: .site, address: Address(host: host, port: 0)).bind { port = localPort(of: $0) }
        guard code == 0 else { throw CommandFailure(.failed, "there is no free port of \(host)") }
        return port
    }

    /// Binds and lets go at once.
    ///
    /// - Parameter onListening: Gets the socket for as long as it is there.
    /// - Returns: 0 where it worked, the error number where it did not, -1 where the host is unknown.
    private func bind(_ onListening: (Int32) -> Void = { _ in }) -> Int32 {
        var hints = addrinfo()
        hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV
        #if canImport(Glibc)
            hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        #else
            hints.ai_socktype = SOCK_STREAM
        #endif
        var list: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(address.host, "\(address.port)", &hints, &list) == 0, let first = list else { return -1 }
        defer { freeaddrinfo(list) }
        let socket = socket(first.pointee.ai_family, first.pointee.ai_socktype, first.pointee.ai_protocol)
        guard socket >= 0 else { return errno }
        defer { close(socket) }
        var reuse: Int32 = 1
        setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &reuse, socklen_t(MemoryLayout<Int32>.size))
        guard Foundation.bind(socket, first.pointee.ai_addr, first.pointee.ai_addrlen) == 0 else { return errno }
        guard Foundation.listen(socket, 1) == 0 else { return errno }
        onListening(socket)
        return 0
    }

    private static func localPort(of socket: Int32) -> Int {
        var address = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        return withUnsafeMutableBytes(of: &address) { bytes in
            let pointer = bytes.baseAddress!.assumingMemoryBound(to: sockaddr.self)  // it has a size
            // The port is the second field of both families.
            guard getsockname(socket, pointer, &length) == 0 else { return 0 }
            return Int(UInt16(bigEndian: bytes.load(fromByteOffset: 2, as: UInt16.self)))
        }
    }
}
