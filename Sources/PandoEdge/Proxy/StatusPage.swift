/// What the edge itself answers.
enum StatusPage {
    static func text(_ status: Int) -> String { "\(status) \(StatusLine.phrase(status))\n" }

    static func text(_ status: Int, _ reason: String) -> String {
        "\(status) \(StatusLine.phrase(status)): \(reason)\n"
    }
}
