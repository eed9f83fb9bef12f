/// Why the folder of a cache cannot be used.
package struct DiskError: Error, Equatable, Sendable, CustomStringConvertible {
    /// What was tried.
    package let operation: String
    package let path: String
    /// errno.
    package let code: Int32

    package var description: String { "\(operation) \(path) failed (errno \(code))" }
}
