/// The texts around the parts of a multipart/byteranges answer (RFC 9110 §14.6).
package struct MultipartRanges: Sendable {
    package let ranges: [ByteRange]
    /// What is sent before each part, in their order.
    package let preludes: [[UInt8]]
    /// What is sent behind the last.
    package let end: [UInt8]
    /// The value of Content-Type.
    package let contentType: String
    /// Bytes of the whole answer.
    package let length: Int64

    /// Prepares the texts.
    ///
    /// - Parameters:
    ///   - type: The Content-Type of the representation, if any.
    ///   - length: Of the representation.
    ///   - boundary: Random, so that no body can hold it on purpose.
    package init(_ ranges: [ByteRange], type: String?, length: Int64, boundary: UInt64) {
        self.ranges = ranges
        // Sixteen digits always, so that two answers with the same parts have the same length.
        let mark = String(hexadecimal: boundary)
        let typeLine = type.map { "Content-Type: \($0)\r\n" } ?? ""
        preludes = ranges.map { range in
            Array(
                "\r\n--\(mark)\r\n\(typeLine)Content-Range: bytes \(range.first)-\(range.last)/\(length)\r\n\r\n".utf8
            )
        }
        end = Array("\r\n--\(mark)--\r\n".utf8)
        contentType = "multipart/byteranges; boundary=\(mark)"
        let parts = ranges.reduce(Int64(0)) { $0 + $1.count }
        self.length = parts + preludes.reduce(Int64(end.count)) { $0 + Int64($1.count) }
    }
}
