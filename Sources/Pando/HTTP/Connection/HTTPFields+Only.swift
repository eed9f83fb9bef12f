import HTTPTypes

extension HTTPFields {
    /// The value of a field that may be there once; nil where it is missing or, since nobody can say which one counts, there
    /// several times. The subscript would join them, and costs a microsecond.
    func only(_ name: HTTPField.Name) -> String? {
        var found: String?
        for field in self where field.name == name {
            if found != nil { return nil }
            found = field.value
        }
        return found
    }
}
