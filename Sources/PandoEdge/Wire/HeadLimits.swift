/// The largest heads that are taken, the same for every version of HTTP.
package struct HeadLimits: Sendable, Equatable {
    /// Bytes of the start line and all fields.
    package var headBytes = 32_768
    /// Bytes of the request target.
    package var targetBytes = 8_192
    /// Field lines.
    package var fields = 100

    package init() {}
}
