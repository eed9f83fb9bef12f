/// A directive of nginx.conf: a name, values, and for some a block.
struct NginxDirective: Sendable, Equatable {
    let name: String
    let arguments: [String]
    /// nil where it ends with a semicolon.
    var block: [NginxDirective]?
    let place: ImportPlace

    /// As it was written, without its block.
    var words: String { ([name] + arguments).joined(separator: " ") }
    /// Whether it is the table of media types, which the edge has of its own.
    var isMimeTypes: Bool { arguments.first?.hasSuffix("mime.types") ?? false }
    var first: String { arguments.first ?? "" }
    var isOn: Bool { first == "on" }
}
