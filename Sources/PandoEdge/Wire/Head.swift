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
/// is removed leaves a gap. Belongs to the thread of its worker.
package final class Head {
    /// The bytes that all slices lie in.
    private var base: UnsafeMutablePointer<UInt8>
    private var capacity: Int
    package private(set) var count = 0

    /// The fields in their order.
    package var fields = ContiguousArray<Field>()

    // A request.
    package var method = Method.other
    package var methodName = Slice.empty
    /// The request target in origin form (RFC 9112 §3.2.1), or what stands in its place with CONNECT and OPTIONS.
    package var target = Slice.empty
    /// Host, with the port where there is one: of the target in absolute form, or of the field Host.
    package var authority = Slice.empty

    // A response.
    package var status = 0

    /// The minor version of HTTP/1; 1 for later versions.
    package var minorVersion: UInt8 = 1

    package init(capacity: Int = 1024) {
        base = .allocate(capacity: capacity)
        self.capacity = capacity
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
        guard count + more > capacity else { return }
        var grown = capacity * 2
        while grown < count + more { grown *= 2 }
        let moved = UnsafeMutablePointer<UInt8>.allocate(capacity: grown)
        moved.update(from: base, count: count)
        base.deallocate()
        base = moved
        capacity = grown
    }

    /// The bytes of a slice. Valid until something is appended.
    @inline(__always)
    package func bytes(_ slice: Slice) -> UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(start: base + Int(slice.start), count: Int(slice.count))
    }

    /// A slice as text.
    package func text(_ slice: Slice) -> String { String(decoding: bytes(slice), as: UTF8.self) }

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
        for field in fields where isEqual(field.name, ignoringCaseOf: name) { return field.value }
        return nil
    }

    /// All values of a name as one list (RFC 9110 §5.3); nil where there is none.
    package func combined(_ id: FieldName) -> String? {
        var found: String?
        for field in fields where field.id == id {
            found = found.map { $0 + ", " + text(field.value) } ?? text(field.value)
        }
        return found
    }

    /// Adds a field.
    package func add(_ id: FieldName, _ value: String) {
        fields.append(Field(id: id, name: append(id.text), value: append(value)))
    }

    /// Adds a field that the edge may not know.
    package func add(name: String, _ value: String) {
        var name = name.lowercased()
        let id = name.withUTF8 { FieldName.find($0) }
        fields.append(Field(id: id, name: append(name), value: append(value)))
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
    package func isEqual(_ slice: Slice, ignoringCaseOf text: String) -> Bool {
        let bytes = bytes(slice)
        guard bytes.count == text.utf8.count else { return false }
        var index = 0
        for octet in text.utf8 {
            let own = bytes[index]
            let lower = own >= UInt8(ascii: "A") && own <= UInt8(ascii: "Z") ? own | 0x20 : own
            if lower != octet { return false }
            index += 1
        }
        return true
    }

    /// Copies another head into this one.
    package func copy(_ other: Head) {
        reset()
        append(UnsafeBufferPointer(start: other.base, count: other.count))
        fields.append(contentsOf: other.fields)
        (method, methodName, target) = (other.method, other.methodName, other.target)
        (authority, status, minorVersion) = (other.authority, other.status, other.minorVersion)
    }
}
