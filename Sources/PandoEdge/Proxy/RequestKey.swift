import PandoTopology

/// What requests that belong together have in common, as a number.
enum RequestKey {
    static func hash(_ key: EdgeConfiguration.HashKey, _ exchange: Exchange) -> UInt64 {
        let request = exchange.request
        switch key {
        case .address: return address(exchange)
        case .path:
            let target = request.bytes(request.target)
            let end = target.firstIndex(of: UInt8(ascii: "?")) ?? target.count
            return StableHash.of(UnsafeBufferPointer(rebasing: target[..<end]))
        case .header(let name):
            return request.first(named: name).map { StableHash.of(request.bytes($0)) } ?? address(exchange)
        case .cookie(let name):
            return cookie(name, request).map { StableHash.of($0) } ?? address(exchange)
        }
    }

    /// The client's address without its port.
    static func address(_ exchange: Exchange) -> UInt64 { StableHash.of(exchange.client?.host ?? "") }

    static func of(_ key: EdgeConfiguration.RateLimit.Key, _ exchange: Exchange) -> UInt64 {
        switch key {
        case .client: address(exchange)
        // Who has no token, or one that names nobody, is told by the address.
        case .subject: exchange.subject == 0 ? address(exchange) : exchange.subject
        case .route: 0
        case .header(let name):
            exchange.request.first(named: name).map { StableHash.of(exchange.request.bytes($0)) } ?? 0
        }
    }

    /// The value of a cookie (RFC 6265 §4.2.1).
    static func cookie(_ name: String, _ request: Head) -> String? {
        var name = name
        return name.withUTF8 { name in cookies(name, request) { String(decoding: $0, as: UTF8.self) } }
    }

    /// The first that a function makes of the values of a cookie, of which a client may send several; nil where it makes nothing of any.
    static func cookies<Found>(
        _ name: UnsafeBufferPointer<UInt8>,
        _ request: Head,
        _ body: (UnsafeBufferPointer<UInt8>) -> Found?
    ) -> Found? {
        for field in request.fields where field.id == .cookie {
            let text = request.bytes(field.value)
            var start = 0
            while start < text.count {
                let end = text[start...].firstIndex(of: UInt8(ascii: ";")) ?? text.count
                let pair = text[start..<end].drop { $0 == UInt8(ascii: " ") }
                let value = pair.dropFirst(name.count)
                start = end + 1
                guard value.first == UInt8(ascii: "="), pair.prefix(name.count).elementsEqual(name) else { continue }
                if let found = body(UnsafeBufferPointer(rebasing: value.dropFirst())) { return found }
            }
        }
        return nil
    }
}
