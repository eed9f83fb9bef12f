/// What a description says that cannot be done, and where.
struct OpenAPIFault: Error, Equatable {
    /// A JSON pointer into the file (RFC 6901).
    let pointer: String
    let problem: String

    init(_ path: [String], _ problem: String) {
        pointer = JSONPointer.text(path)
        self.problem = problem
    }
}
