/// Who the client is where proxies stand in front.
extension Exchange {
    /// Takes the client's address from what a trusted proxy has said.
    ///
    /// X-Forwarded-For is read from its end, as the last proxy wrote last: the first address that is not of a trusted proxy is the client's, for
    /// what stands before it that client may have written itself. Where all are trusted it is the first of the list. What is no
    /// address ends the search.
    final func settleClient(_ site: Site) {
        var found: SocketAddress?
        search: for field in request.fields.reversed() where field.id == .xForwardedFor {
            for element in request.text(field.value).split(separator: ",", omittingEmptySubsequences: false).reversed()
            {
                guard let address = SocketAddress(forwarded: element) else { break search }
                found = address
                if !site.trusts(address) { break search }
            }
        }
        guard let found else { return }
        client = found
        record.client = request.append(found.host)
    }
}

extension SocketAddress {
    /// An element of X-Forwarded-For: an address, with a port as some proxies write it; nil for anything else.
    fileprivate init?(forwarded element: Substring) {
        var text = element.trimming { $0 == " " || $0 == "\t" }
        if text.first == "[" {
            guard let end = text.firstIndex(of: "]") else { return nil }
            let rest = text[text.index(after: end)...]
            guard rest.isEmpty || rest.first == ":" && rest.dropFirst().allSatisfy(\.isNumber) else { return nil }
            text = text[text.index(after: text.startIndex)..<end]
        } else if text.count(where: { $0 == ":" }) == 1, let colon = text.firstIndex(of: ":") {
            guard text[text.index(after: colon)...].allSatisfy(\.isNumber) else { return nil }
            text = text[..<colon]
        }
        // A path is an address of a socket, and of nobody.
        guard text.first != "/", let address = SocketAddress(host: String(text), port: 0) else { return nil }
        self = address
    }
}

extension Substring {
    fileprivate func trimming(_ isSpace: (Character) -> Bool) -> Substring {
        let rest = drop(while: isSpace)
        guard let last = rest.lastIndex(where: { !isSpace($0) }) else { return "" }
        return rest[...last]
    }
}
