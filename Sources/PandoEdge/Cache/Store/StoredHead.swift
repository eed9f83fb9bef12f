/// The head of a stored response, ready to be written: the status line and all field lines but for Age, Content-Length, the
/// fields of the connection, and the empty line.
package struct StoredHead: Sendable {
    package let status: Int
    /// The status line and the field lines, names in lower case.
    package let bytes: [UInt8]
    /// The fields, for HTTP/2 and for answers that take only some.
    package let fields: [Field]

    /// Keeps what may be stored of a response (RFC 9111 §3.1).
    ///
    /// - Parameters:
    ///   - withheld: Fields, in lower case, that are left out too.
    ///   - date: Written as Date where that is missing (RFC 9110 §6.6.1), in seconds since 1970.
    package init(_ head: Head, withheld: [String], date: Int64) {
        var builder = StoredHeadBuilder(status: head.status)
        for field in head.fields where Self.mayBeStored(head, field, withheld) {
            builder.add(field.id, head.bytes(field.name), head.bytes(field.value))
        }
        if !head.has(.date) { builder.add(.date, HTTPDate.text(date)) }
        self.init(builder)
    }

    init(_ builder: StoredHeadBuilder) {
        status = builder.status
        bytes = builder.bytes
        fields = builder.fields
    }

    private static func mayBeStored(_ head: Head, _ field: Field, _ withheld: [String]) -> Bool {
        if field.id.isHopByHop || field.id == .age || field.id == .contentLength { return false }
        // Written anew for the part that is sent.
        if field.id == .contentRange, head.status == 206 { return false }
        if field.id == .other, head.isEqual(field.name, ignoringCaseOf: "proxy-authentication-info") { return false }
        return !withheld.contains { head.isEqual(field.name, ignoringCaseOf: $0) }
    }

    /// Copies it into a head, for what is decided on heads.
    package func copy(into head: Head) {
        head.reset()
        head.status = status
        bytes.withUnsafeBufferPointer { _ = head.append($0) }
        head.fields.append(contentsOf: fields)
    }

    /// The place of the value of the first field of a name.
    package func first(_ id: FieldName) -> Slice? {
        for field in fields where field.id == id { return field.value }
        return nil
    }

    /// The bytes of a slice, for as long as the body runs.
    package func withBytes<Result>(_ slice: Slice, _ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
        bytes.withUnsafeBufferPointer { all in
            body(UnsafeBufferPointer(rebasing: all[Int(slice.start)..<Int(slice.start + slice.count)]))
        }
    }

    /// The value of the first field of a name, as text.
    package func text(_ id: FieldName) -> String? {
        first(id).map { slice in withBytes(slice) { String(decoding: $0, as: UTF8.self) } }
    }
}

/// Puts the lines of a ``StoredHead`` together.
struct StoredHeadBuilder {
    let status: Int
    private(set) var bytes: [UInt8] = []
    private(set) var fields: [Field] = []

    init(status: Int) {
        self.status = status
        bytes.reserveCapacity(512)
        let line = StatusLine.text(status)
        if line.utf8CodeUnitCount == 0 { bytes += Array("HTTP/1.1 \(status) \r\n".utf8) }
        line.withUTF8Buffer { bytes.append(contentsOf: $0) }
    }

    mutating func add(_ id: FieldName, _ name: UnsafeBufferPointer<UInt8>, _ value: UnsafeBufferPointer<UInt8>) {
        let nameSlice = Slice(bytes.count, name.count)
        for octet in name { bytes.append(Characters.lowercased(octet)) }
        bytes += [UInt8(ascii: ":"), UInt8(ascii: " ")]
        let valueSlice = Slice(bytes.count, value.count)
        bytes.append(contentsOf: value)
        bytes += [UInt8(ascii: "\r"), UInt8(ascii: "\n")]
        fields.append(Field(id: id, name: nameSlice, value: valueSlice))
    }

    mutating func add(_ id: FieldName, _ value: String) {
        var value = value
        id.text.withUTF8Buffer { name in value.withUTF8 { add(id, name, $0) } }
    }
}
