/// The name of a new service, in the forms that its files need.
struct ServiceName: Sendable, Hashable {
    /// As it was given: the executable, the package and the folder, such as `guest-book`.
    let package: String
    /// The type of the app, such as `GuestBook`.
    let type: String
    /// The library target, such as `GuestBookService`.
    var library: String { type + "Service" }

    /// The longest name.
    static let limit = 40

    private static let taken: Set<String> = [
        "pando", "swift", "test", "tests", "main", "app", "domain", "package", "foundation", "hummingbird", "self",
        "type",
        "protocol", "any", "some", "init", "string", "int", "error", "database", "cache", "search", "queue", "build",
    ]

    /// - Throws: ``CommandFailure`` that says what is wrong with the name.
    init(_ text: String) throws(CommandFailure) {
        func refuse(_ problem: String, _ remedy: String) -> CommandFailure {
            CommandFailure(.badInput, "the name '\(text)' \(problem)", remedy: remedy)
        }
        let example = "use lower-case letters, digits and '-', such as 'guestbook'"
        guard let first = text.unicodeScalars.first else { throw refuse("is empty", example) }
        guard text.unicodeScalars.count <= ServiceName.limit else {
            throw refuse("has more than \(ServiceName.limit) characters", "use a shorter one")
        }
        guard ("a"..."z").contains(first) else { throw refuse("does not begin with a lower-case letter", example) }
        guard text.unicodeScalars.allSatisfy({ ("a"..."z").contains($0) || ("0"..."9").contains($0) || $0 == "-" })
        else {
            throw refuse("has other characters", example)
        }
        guard !text.hasSuffix("-"), !text.contains("--") else {
            throw refuse("has a '-' with nothing after it", example)
        }
        guard !ServiceName.taken.contains(text) else {
            throw refuse("would clash with a name of Swift or of Pando", "use another, such as '\(text)-service'")
        }
        package = text
        type = text.split(separator: "-").map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
    }
}
