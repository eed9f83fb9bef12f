import SystemPackage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The right to serve a folder (flock(2)): gone with the process, however that ends, and not inherited by what it starts.
package struct FolderLock: Sendable {
    private let file: FileDescriptor

    /// - Throws: ``ConductorError`` with code `folderInUse` where another has it, whose process the refusal is given.
    package init(_ path: String, orElse refusal: (_ holder: String) -> String) throws(ConductorError) {
        do {
            file = try FileDescriptor.open(
                FilePath(path),
                .readWrite,
                options: [.create, .closeOnExec, .noFollow],
                permissions: .ownerReadWrite
            )
        } catch {
            throw ConductorError(.folderRefused, "cannot open \(path)", underlying: error)
        }
        guard flock(file.rawValue, LOCK_EX | LOCK_NB) == 0 else {
            let holder = FileTail.text(of: path, limitBytes: 20)
            _ = try? file.close()  // it is the other's
            throw ConductorError(.folderInUse, refusal(holder))
        }
        // The holder's name is for people: what goes wrong here is no reason to fail.
        _ = try? file.resize(to: 0)
        _ = try? file.writeAll(toAbsoluteOffset: 0, "\(getpid())".utf8)
    }

    /// Gives the right up.
    package func release() {
        _ = try? file.close()  // there is nothing to flush
    }
}
