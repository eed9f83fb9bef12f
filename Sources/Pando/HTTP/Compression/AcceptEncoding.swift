import HTTPTypes

/// Reads `Accept-Encoding` (RFC 9110, section 12.5.3).
enum AcceptEncoding {
    /// Whether gzip is wanted at least as much as the plain content. Without the field nothing is compressed.
    static func takesGzip(_ fields: HTTPFields) -> Bool {
        guard let text = fields[.acceptEncoding] else { return false }
        if text == "gzip" || text.hasPrefix("gzip, deflate") { return true }
        var gzip: Double?
        var identity: Double?
        var any: Double?
        for entry in text.split(separator: ",") {
            let parts = entry.split(separator: ";")
            guard let coding = parts.first?.filter({ $0 != " " && $0 != "\t" }).lowercased() else { continue }
            let quality = parts.dropFirst().compactMap(quality).first ?? 1
            switch coding {
            case "gzip", "x-gzip": gzip = quality
            case "identity": identity = quality
            case "*": any = quality
            default: break
            }
        }
        let wanted = gzip ?? any ?? 0
        return wanted > 0 && wanted >= identity ?? 0
    }

    private static func quality(_ parameter: Substring) -> Double? {
        let text = parameter.filter { $0 != " " && $0 != "\t" }.lowercased()
        guard text.hasPrefix("q="), let value = Double(text.dropFirst(2)), (0...1).contains(value) else { return nil }
        return value
    }
}
