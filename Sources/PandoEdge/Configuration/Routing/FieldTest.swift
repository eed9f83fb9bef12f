import Glibc

/// A compiled condition on a field of a request.
struct FieldTest: Sendable {
    private enum Kind {
        case equals, startsWith, present, absent
    }

    private let id: FieldName
    private let name: String
    private let kind: Kind
    private let value: [UInt8]

    init(_ condition: EdgeConfiguration.HeaderCondition) {
        var name = condition.name
        id = name.withUTF8 { FieldName.find($0) }
        self.name = name
        switch condition.test {
        case .equals(let text): (kind, value) = (.equals, Array(text.utf8))
        case .startsWith(let text): (kind, value) = (.startsWith, Array(text.utf8))
        case .present: (kind, value) = (.present, [])
        case .absent: (kind, value) = (.absent, [])
        }
    }

    /// Whether one of the fields of its name is as wanted, or none is there where that is wanted.
    func holds(for head: Head) -> Bool {
        for field in head.fields where field.id == id {
            if id == .other, !head.isEqual(field.name, ignoringCaseOf: name) { continue }
            switch kind {
            case .present: return true
            case .absent: return false
            case .equals: if isBegin(of: head.bytes(field.value), whole: true) { return true }
            case .startsWith: if isBegin(of: head.bytes(field.value), whole: false) { return true }
            }
        }
        return kind == .absent
    }

    private func isBegin(of bytes: UnsafeBufferPointer<UInt8>, whole: Bool) -> Bool {
        guard whole ? bytes.count == value.count : bytes.count >= value.count else { return false }
        return value.withUnsafeBufferPointer { own in
            guard let one = own.baseAddress, let other = bytes.baseAddress else { return own.isEmpty }
            return memcmp(one, other, own.count) == 0
        }
    }
}
