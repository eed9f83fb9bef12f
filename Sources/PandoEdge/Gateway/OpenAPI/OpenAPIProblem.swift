/// What is wrong with a request, for its client (RFC 9457).
struct OpenAPIProblem: Error {
    /// A place and what is wrong there.
    struct Detail {
        /// `path`, `query`, `header`, `cookie` or `body`.
        let part: String
        /// The name of a parameter, or a pointer into the body.
        let place: String
        let problem: String
    }

    let status: Int
    let reason: String
    var details: [Detail] = []
    /// The value of Allow.
    var allow: String?

    init(_ status: Int, _ reason: String) {
        self.status = status
        self.reason = reason
    }

    var text: String {
        var text = "{\"type\":\"about:blank\",\"title\":\(JSONText.quoted(StatusLine.phrase(status))),"
        text += "\"status\":\(status),\"detail\":\(JSONText.quoted(reason))"
        if !details.isEmpty {
            let listed = details.map { detail in
                let key = detail.part == "body" ? "pointer" : "name"
                return "{\"in\":\(JSONText.quoted(detail.part)),\"\(key)\":\(JSONText.quoted(detail.place)),"
                    + "\"detail\":\(JSONText.quoted(detail.problem))}"
            }
            text += ",\"errors\":[\(listed.joined(separator: ","))]"
        }
        return text + "}\n"
    }
}

/// Text of JSON.
enum JSONText {
    /// A string with its quotes.
    static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case _ where scalar.value < 0x20:
                quoted += "\\u" + String(hexadecimal: UInt64(scalar.value), digits: 4)
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}
