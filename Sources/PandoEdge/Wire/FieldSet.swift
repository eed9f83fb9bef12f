/// A set of known fields, two words large.
package struct FieldSet: Sendable, Equatable {
    private var low: UInt64 = 0
    private var high: UInt64 = 0

    package init() {}

    /// Whether a field is in it.
    @inline(__always)
    package func contains(_ id: FieldName) -> Bool {
        let bit = UInt64(id.rawValue & 63)
        return (id.rawValue < 64 ? low : high) &>> bit & 1 != 0
    }

    /// Adds a field.
    @inline(__always)
    package mutating func insert(_ id: FieldName) {
        let mask: UInt64 = 1 &<< UInt64(id.rawValue & 63)
        if id.rawValue < 64 { low |= mask } else { high |= mask }
    }
}

/// Which known fields a head has, found in one pass.
package struct FieldSurvey: Sendable {
    /// The fields that are there at least once.
    package private(set) var present = FieldSet()
    /// The fields that are there more than once.
    package private(set) var repeated = FieldSet()

    @inline(__always)
    package init(_ head: Head) {
        for field in head.fields {
            if present.contains(field.id) { repeated.insert(field.id) }
            present.insert(field.id)
        }
    }

    /// Whether there is a field of a name.
    @inline(__always)
    package func has(_ id: FieldName) -> Bool { present.contains(id) }
}
