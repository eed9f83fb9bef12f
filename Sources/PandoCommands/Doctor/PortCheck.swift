import Foundation
import PandoTopology

/// Whether an address can be listened on, and who has it otherwise.
struct PortCheck {
    let purpose: String
    let address: Address

    func finding() -> Finding {
        let check = "port \(address.port)"
        guard address.port != 0 else { return Finding(check, .ok, "the system chooses one for the \(purpose)") }
        switch bind() {
        case 0:
            return Finding(check, .ok, "\(address) is free for the \(purpose)")
        case EADDRINUSE:
            let owner = PortOwner.find(port: address.port)
            return Finding(
                check,
                .failed,
                "\(address) (\(purpose)) is in use\(owner.map { " by \($0)" } ?? "")",
                remedy: owner.map { "kill \($0.pid)   (or choose another address)" } ?? "choose another address"
            )
        case EACCES:
            return Finding(
                check,
                .failed,
                "\(NSUserName()) may not listen below port 1024 (\(purpose))",
                remedy: "sudo sysctl net.ipv4.ip_unprivileged_port_start=\(address.port)   (or use a port from 1024 on)"
            )
        case EADDRNOTAVAIL:
            return Finding(
                check,
                .failed,
                "\(address.host) is not an address of this machine (\(purpose))",
                remedy: "ip -brief address   (and use one of those, or 0.0.0.0 for all)"
            )
        case let code where code < 0:
            return Finding(
                check,
                .failed,
                "the host name '\(address.host)' has no address (\(purpose))",
                remedy: "use an IP address"
            )
        case let code:
            return Finding(
                check,
                .failed,
                "\(address) (\(purpose)): \(String(cString: strerror(code)))",
                remedy: "choose another address"
            )
        }
    }

    /// Binds and lets go at once.
    ///
    /// - Returns: 0 where it worked, the error number where it did not, -1 where the host is unknown.
    private func bind() -> Int32 {
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
        return Foundation.listen(socket, 1) == 0 ? 0 : errno
    }
}
