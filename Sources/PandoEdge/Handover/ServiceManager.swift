import Foundation

#if canImport(Glibc)
    import Glibc
#endif

/// Tells systemd, or another manager of services that set `NOTIFY_SOCKET`, how this process stands (sd_notify(3)); nobody where there is
/// none.
package enum ServiceManager {
    /// This process is the service from now on, and serves.
    package static func isReady() { notify("READY=1\nMAINPID=\(getpid())\n") }

    /// The service ends.
    package static func isStopping() { notify("STOPPING=1\n") }

    /// - Parameter path: Of the manager's socket; one that begins with `@` is a name that no file has (unix(7)).
    static func notify(_ message: String, at path: String? = ProcessInfo.processInfo.environment["NOTIFY_SOCKET"]) {
        guard let path, path.hasPrefix("/") || path.hasPrefix("@") else { return }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path.utf8)
        guard bytes.count < MemoryLayout.size(ofValue: address.sun_path) else { return }
        withUnsafeMutableBytes(of: &address.sun_path) { field in
            field.copyBytes(from: bytes)
            if bytes[0] == UInt8(ascii: "@") { field[0] = 0 }
        }
        let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        let length = socklen_t(MemoryLayout<sa_family_t>.size + bytes.count)
        withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                // Whether the manager hears it changes nothing here.
                _ = sendto(descriptor, message, message.utf8.count, Int32(MSG_NOSIGNAL), address, length)
            }
        }
    }
}
