/// How long the edge waits, in nanoseconds.
enum Timeouts {
    static let connect: UInt64 = 3_000_000_000
    static let response: UInt64 = 60_000_000_000
    static let serverIdle: UInt64 = 50_000_000_000
    static let clientHead: UInt64 = 30_000_000_000
    static let clientIdle: UInt64 = 60_000_000_000
    static let clientBody: UInt64 = 60_000_000_000
    static let clientWrite: UInt64 = 60_000_000_000
    static let tunnel: UInt64 = 3_600_000_000_000
    static let linger: UInt64 = 2_000_000_000
}
