/// The request was understood and some of its fields are refused; answered as 422 with the list of fields.
///
/// Collect everything that is wrong before throwing, so that a person mends a form once:
///
/// ```swift
/// var check = ValidationError()
/// check.require(body.guests > 0, "guests", "must be at least 1")
/// check.require(body.from < body.to, "to", "must be after 'from'")
/// try check.throwIfNeeded()
/// ```
public struct ValidationError: Error, Sendable, Hashable {
    /// The fields at fault, in the order they were found; at most 100 are kept.
    public private(set) var fields: [FieldError]

    /// Nothing wrong yet.
    public init() {
        fields = []
    }

    /// One field at fault.
    public init(_ field: String, _ message: String) {
        fields = [FieldError(field, message)]
    }

    /// Notes a field as wrong unless `condition` holds.
    public mutating func require(_ condition: Bool, _ field: String, _ message: @autoclosure () -> String) {
        guard !condition, fields.count < 100 else { return }
        fields.append(FieldError(field, message()))
    }

    /// Throws itself if anything is wrong.
    public func throwIfNeeded() throws(ValidationError) {
        if !fields.isEmpty { throw self }
    }
}
