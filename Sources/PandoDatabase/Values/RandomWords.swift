import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Random words from the system's generator, drawn 32 at a time: a call of the kernel for each would cost 2 µs. None is
/// handed out twice.
enum RandomWords {
    private static let drawn = Mutex<[UInt64]>([])

    static func next() -> UInt64 {
        drawn.withLock { drawn in
            if drawn.isEmpty { drawn = draw() }
            return drawn.removeLast()
        }
    }

    private static func draw() -> [UInt64] {
        var words = [UInt64](repeating: 0, count: 32)
        let code = words.withUnsafeMutableBytes { getentropy($0.baseAddress!, $0.count) }
        precondition(code == 0, "the system has no random numbers (errno \(errno))")
        return words
    }
}
