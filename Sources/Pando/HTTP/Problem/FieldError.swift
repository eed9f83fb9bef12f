/// One field of a request that is not valid.
public struct FieldError: Sendable, Hashable, Encodable {
    /// Where: a JSON pointer into the body (`/guests/0/name`, RFC 6901), or the name of a parameter.
    public var field: String
    /// What is wrong and what would be right, in words for a person.
    public var message: String

    /// Names a field and what is wrong with it.
    public init(_ field: String, _ message: String) {
        self.field = field
        self.message = message
    }

    /// The JSON pointer of a coding path, with `~` and `/` escaped as RFC 6901, section 3 asks.
    static func pointer(_ path: [any CodingKey]) -> String {
        path.reduce(into: "") { pointer, key in
            pointer += "/"
            for character in key.intValue.map(String.init) ?? key.stringValue {
                switch character {
                case "~": pointer += "~0"
                case "/": pointer += "~1"
                default: pointer.append(character)
                }
            }
        }
    }
}
