#if canImport(Glibc)
    import Glibc
#endif

/// How this process asks the system for memory.
enum ProcessMemory {
    /// Makes blocks of a megabyte and more go back to the system when they are freed.
    ///
    /// The C library raises that size whenever such a block is freed, up to 32 MB, and then keeps blocks of that size: after four
    /// password hashes a process held 34 MB for good (mallopt(3), `M_MMAP_THRESHOLD`). Setting it stops the raising.
    static func giveBackLargeBlocks() {
        #if canImport(Glibc)
            // Neither is in the module of the C library; another C library may have neither at all.
            let threshold: CInt = -3
            guard let symbol = dlsym(nil, "mallopt") else { return }
            _ = unsafeBitCast(symbol, to: (@convention(c) (CInt, CInt) -> CInt).self)(threshold, 1 << 20)
        #endif
    }
}
