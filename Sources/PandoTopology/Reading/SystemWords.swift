import Foundation

/// The operating system's words for why a file could not be read or written, such as `Not a directory`.
package enum SystemWords {
    /// The words of the POSIX error at the bottom of `error`; Foundation's own where there is none.
    package static func of(_ error: any Error) -> String {
        let error = error as NSError
        if error.domain == NSPOSIXErrorDomain { return String(cString: strerror(Int32(error.code))) }
        guard let cause = error.userInfo[NSUnderlyingErrorKey] as? any Error else { return error.localizedDescription }
        return of(cause)
    }
}
