import PandoTopology

/// Which responses of a route are shaped, and how.
final class ShapeRules: Sendable {
    let keep: FieldTree?
    let drop: FieldTree?
    /// The parameter of the query with which a client asks for less.
    let parameter: [UInt8]?
    /// Larger responses pass as they are.
    let bytesLimit: Int

    init(_ configured: EdgeConfiguration.Shape) {
        keep = FieldTree(configured.keep)
        drop = FieldTree(configured.drop)
        parameter = configured.parameter.map { Array($0.utf8) }
        bytesLimit = configured.maximumBytes
    }

    /// What the client of a request asks for; nil for all.
    func asked(by target: UnsafeBufferPointer<UInt8>) -> FieldTree? {
        guard let parameter, let start = target.firstIndex(of: UInt8(ascii: "?")) else { return nil }
        for pair in target[(start + 1)...].split(separator: UInt8(ascii: "&")) {
            guard pair.starts(with: parameter), pair.dropFirst(parameter.count).first == UInt8(ascii: "=") else {
                continue
            }
            let value = Array(pair.dropFirst(parameter.count + 1))
            return PercentText.decode(value, plusIsSpace: true).flatMap { FieldTree(asked: $0) }
        }
        return nil
    }

    /// Whether a response may be shaped: whole, in JSON, as it is, and not too large as far as that is known.
    func allow(_ response: Head, _ rules: ResponseRules) -> Bool {
        guard (200..<300).contains(response.status), ![204, 205, 206].contains(response.status),
            let type = response.first(.contentType), !response.has(.contentEncoding),
            MediaText.isJSON(MediaText.plain(response.text(type)))
        else { return false }
        // RFC 9110 §7.7.
        if let control = response.combined(.cacheControl), control.lowercased().contains("no-transform") {
            return false
        }
        let length: UInt64? =
            switch rules.framing {
            case .length(let length): length
            case .none: rules.announcedLength
            case .chunked, .untilClose: nil
            }
        return length ?? 0 <= UInt64(bytesLimit)
    }
}
