/// A range of a message's bytes.
package struct Slice: Sendable, Equatable {
    package var start: UInt32
    package var count: UInt32

    package init(_ start: Int, _ count: Int) {
        self.start = UInt32(truncatingIfNeeded: start)
        self.count = UInt32(truncatingIfNeeded: count)
    }

    package static let empty = Slice(0, 0)
    package var isEmpty: Bool { count == 0 }
}

/// A field line of a message.
package struct Field: Sendable {
    /// What it is, if the edge knows.
    package var id: FieldName
    package var name: Slice
    package var value: Slice
}

/// The start line and the fields of a request or a response, of any version of HTTP, with the bytes that they lie in.
///
/// Made once for an exchange and used again for the next: what is added goes behind the bytes that came from the wire, and what
/// is removed leaves a gap. Belongs to the thread of its worker; its properties are used so often that the checks of their
/// exclusive use, which would cost a third of the time of a head, are left out.
package final class Head {
    /// The bytes that all slices lie in.
    @exclusivity(unchecked) private var base: UnsafeMutablePointer<UInt8>
    @exclusivity(unchecked) private var capacity: Int
    @exclusivity(unchecked) package private(set) var count = 0

    /// The fields in their order.
    @exclusivity(unchecked) package var fields = ContiguousArray<Field>()

    // A request.
    @exclusivity(unchecked) package var method = Method.other
    @exclusivity(unchecked) package var methodName = Slice.empty
    /// The request target in origin form (RFC 9112 §3.2.1), or what stands in its place with CONNECT and OPTIONS.
    @exclusivity(unchecked) package var target = Slice.empty
    /// Host, with the port where there is one: of the target in absolute form, or of the field Host.
    @exclusivity(unchecked) package var authority = Slice.empty

    // A response.
    @exclusivity(unchecked) package var status = 0

    /// The minor version of HTTP/1; 1 for later versions.
    @exclusivity(unchecked) package var minorVersion: UInt8 = 1

    /// Octets behind the last byte that may be read, the zeros of ``OctetScan``.
    private static let slack = 16

    package init(capacity: Int = 1024) {
        self.capacity = max(capacity, 64)
        base = .allocate(capacity: self.capacity)
        fields.reserveCapacity(24)
    }

    deinit {
        base.deallocate()
    }

    /// Forgets everything.
    package func reset() {
        count = 0
        fields.removeAll(keepingCapacity: true)
        method = .other
        methodName = .empty
        target = .empty
        authority = .empty
        status = 0
        minorVersion = 1
        if capacity > 1 << 16 {
            base.deallocate()
            base = .allocate(capacity: 1024)
            capacity = 1024
        }
    }

    // MARK: Bytes

    /// Forgets everything and takes bytes from the wire, with zeros behind them for the parser.
    ///
    /// - Returns: Where they lie until something is appended.
    func begin(_ bytes: UnsafeBufferPointer<UInt8>) -> UnsafePointer<UInt8> {
        reset()
        append(bytes)
        (base + count).update(repeating: 0, count: Self.slack)
        return UnsafePointer(base)
    }

    /// Drops what came behind the head.
    func end(at count: Int) { self.count = count }

    /// Adds bytes behind those that are there.
    @discardableResult
    package func append(_ bytes: UnsafeBufferPointer<UInt8>) -> Slice {
        reserve(bytes.count)
        if let source = bytes.baseAddress { (base + count).update(from: source, count: bytes.count) }
        defer { count += bytes.count }
        return Slice(count, bytes.count)
    }

    /// Adds a text.
    @discardableResult
    package func append(_ text: StaticString) -> Slice { text.withUTF8Buffer { append($0) } }

    /// Adds a text.
    @discardableResult
    package func append(_ text: String) -> Slice {
        var text = text
        return text.withUTF8 { append($0) }
    }

    private func reserve(_ more: Int) {
        guard count + more + Self.slack > capacity else { return }
        var grown = capacity * 2
        while grown < count + more + Self.slack { grown *= 2 }
        let moved = UnsafeMutablePointer<UInt8>.allocate(capacity: grown)
        moved.update(from: base, count: count)
        base.deallocate()
        base = moved
        capacity = grown
    }

    /// The bytes of a slice. Valid until something is appended.
    @inline(__always)
    package func bytes(_ slice: Slice) -> UnsafeBufferPointer<UInt8> {
        assert(Int(slice.start) + Int(slice.count) <= count)
        return UnsafeBufferPointer(start: base + Int(slice.start), count: Int(slice.count))
    }

    /// A slice as text.
    package func text(_ slice: Slice) -> String { String(decoding: bytes(slice), as: UTF8.self) }

    /// Whether a field's name and value lie in a line as the edge would write it.
    @inline(__always)
    func isPlainLine(_ field: Field) -> Bool {
        let nameEnd = Int(field.name.start) + Int(field.name.count)
        let valueEnd = Int(field.value.start) + Int(field.value.count)
        guard Int(field.value.start) == nameEnd + 2, valueEnd + 2 <= count else { return false }
        return base[nameEnd] == UInt8(ascii: ":") && base[nameEnd + 1] == UInt8(ascii: " ")
            && base[valueEnd] == UInt8(ascii: "\r") && base[valueEnd + 1] == UInt8(ascii: "\n")
    }

    // MARK: Fields

    /// The value of the first field of a name.
    package func first(_ id: FieldName) -> Slice? {
        for field in fields where field.id == id { return field.value }
        return nil
    }

    /// Whether there is a field of a name.
    package func has(_ id: FieldName) -> Bool { first(id) != nil }

    /// The value of the first field of a name in lower case, whether the edge knows it or not.
    package func first(named name: String) -> Slice? {
        fields.first { isEqual($0.name, ignoringCaseOf: name) }?.value
    }

    /// All values of a name as one list (RFC 9110 §5.3); nil where there is none.
    package func combined(_ id: FieldName) -> String? {
        var found: String?
        for field in fields where field.id == id {
            found = found.map { $0 + ", " + text(field.value) } ?? text(field.value)
        }
        return found
    }

    /// Adds a field. Name and value come from the edge itself or its configuration; see ``append(name:value:)`` for others.
    package func add(_ id: FieldName, _ value: String) {
        var value = value
        value.withUTF8 { value in
            fields.append(
                line(id, UnsafeBufferPointer(start: id.text.utf8Start, count: id.text.utf8CodeUnitCount), value)
            )
        }
    }

    /// Adds a field that the edge may not know.
    package func add(name: String, _ value: String) {
        var name = name.lowercased()
        var value = value
        name.withUTF8 { name in
            value.withUTF8 { value in fields.append(line(FieldName.find(name), name, value)) }
        }
    }

    /// Adds a field whose value the edge has made or looked at.
    ///
    /// - Returns: The value.
    @discardableResult
    func add(_ id: FieldName, _ value: UnsafeBufferPointer<UInt8>) -> Slice {
        let name = UnsafeBufferPointer(start: id.text.utf8Start, count: id.text.utf8CodeUnitCount)
        let field = line(id, name, value)
        fields.append(field)
        return field.value
    }

    /// Adds a field that came in another form than the text of HTTP/1, as in HTTP/2 (RFC 9113 §8.2.1).
    ///
    /// - Throws: ``HeadError/malformed(_:)`` where HTTP/1 could not carry it in one reading: a name that is no token in lower
    ///   case, a value with a control character or with white space at its ends.
    package func append(
        name: UnsafeBufferPointer<UInt8>,
        value: UnsafeBufferPointer<UInt8>
    ) throws(HeadError) {
        let isName = name.allSatisfy { Characters.isIn($0, Characters.token) && Characters.lowercased($0) == $0 }
        guard isName, !name.isEmpty else { throw .malformed("a field's name is no token in lower case") }
        guard value.allSatisfy({ Characters.isIn($0, Characters.value) }) else {
            throw .malformed("a field's value has a control character")
        }
        if let first = value.first, let last = value.last, Characters.isBlank(first) || Characters.isBlank(last) {
            throw .malformed("a field's value begins or ends with white space")
        }
        fields.append(line(FieldName.find(name), name, value))
    }

    /// Appends the whole line of a field, so that a writer can copy runs of lines as they are.
    private func line(
        _ id: FieldName,
        _ name: UnsafeBufferPointer<UInt8>,
        _ value: UnsafeBufferPointer<UInt8>
    ) -> Field {
        let nameSlice = append(name)
        append(": " as StaticString)
        let valueSlice = append(value)
        append("\r\n" as StaticString)
        return Field(id: id, name: nameSlice, value: valueSlice)
    }

    /// Puts one field in the place of all of its name.
    package func set(_ id: FieldName, _ value: String) {
        remove(id)
        add(id, value)
    }

    /// Removes all fields of a name.
    package func remove(_ id: FieldName) { fields.removeAll { $0.id == id } }

    /// Removes all fields of a name in lower case.
    package func remove(named name: String) { fields.removeAll { isEqual($0.name, ignoringCaseOf: name) } }

    /// Whether a slice is a text in lower case, but for its own case.
    package func isEqual(_ slice: Slice, ignoringCaseOf text: StaticString) -> Bool {
        ByteText.isEqual(bytes(slice), ignoringCaseOf: text)
    }

    /// Whether a slice is a text in lower case, but for its own case.
    @_disfavoredOverload
    package func isEqual(_ slice: Slice, ignoringCaseOf text: String) -> Bool {
        var text = text
        return text.withUTF8 { ByteText.isEqual(bytes(slice), ignoringCaseOf: $0) }
    }

    /// Copies another head into this one.
    package func copy(_ other: Head) {
        reset()
        append(UnsafeBufferPointer(start: other.base, count: other.count))
        fields.append(contentsOf: other.fields)
        (method, methodName, target) = (other.method, other.methodName, other.target)
        (authority, status, minorVersion) = (other.authority, other.status, other.minorVersion)
    }

    /// Gives what this one holds to another head, and takes what that one holds.
    package func exchange(with other: Head) {
        (base, other.base) = (other.base, base)
        (capacity, other.capacity) = (other.capacity, capacity)
        (count, other.count) = (other.count, count)
        (fields, other.fields) = (other.fields, fields)
        (method, other.method) = (other.method, method)
        (methodName, other.methodName) = (other.methodName, methodName)
        (target, other.target) = (other.target, target)
        (authority, other.authority) = (other.authority, authority)
        (status, other.status) = (other.status, status)
        (minorVersion, other.minorVersion) = (other.minorVersion, minorVersion)
    }

    /// The bytes that it can hold without growing.
    var size: Int { capacity }
}
