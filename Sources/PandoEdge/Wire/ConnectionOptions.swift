/// What Connection says, and with it which fields are not to be passed on (RFC 9110 §7.6.1).
package struct ConnectionOptions: Sendable {
    package var closes = false
    package var keepsAlive = false
    package var upgrades = false

    /// Reads the options, and removes the fields that they name.
    ///
    /// - Throws: ``HeadError/malformed(_:)`` where one names a field that the message cannot do without: that is how a field is
    ///   hidden from the server behind.
    package init(_ head: Head) throws(HeadError) {
        var named: [Slice] = []
        for field in head.fields where field.id == .connection {
            for option in ListElements(head, field.value) { try take(option, head, &named) }
        }
        guard !named.isEmpty else { return }
        for name in named {
            let text = head.text(name).lowercased()
            head.remove(named: text)
        }
    }

    private mutating func take(_ option: Slice, _ head: Head, _ named: inout [Slice]) throws(HeadError) {
        if head.isEqual(option, ignoringCaseOf: "close") {
            closes = true
        } else if head.isEqual(option, ignoringCaseOf: "keep-alive") {
            keepsAlive = true
        } else if head.isEqual(option, ignoringCaseOf: "upgrade") {
            upgrades = true
        } else {
            let name = head.bytes(option)
            guard name.allSatisfy({ Characters.isIn($0, Characters.token) }) else {
                throw .malformed("Connection has an option that is no token")
            }
            let id = FieldName.find(name)
            if id.isHopByHop { return }
            guard !Self.endToEnd.contains(id) else {
                throw .malformed("Connection names a field that is not of one connection")
            }
            named.append(option)
        }
    }

    /// What a sender must not name (RFC 9110 §7.6.1): framing, routing, conditions and credentials.
    private static let endToEnd: Set<FieldName> = [
        .host, .contentLength, .cacheControl, .authorization, .cookie, .setCookie, .contentType, .contentEncoding,
        .range, .ifRange,
        .contentRange, .vary, .expires, .date, .xForwardedFor, .forwarded,
    ]
}

/// The elements of a list of tokens, without white space and empty ones (RFC 9110 §5.6.1).
package struct ListElements: Sequence, IteratorProtocol {
    private let head: Head
    private var place: Int
    private let end: Int

    package init(_ head: Head, _ list: Slice) {
        self.head = head
        place = Int(list.start)
        end = Int(list.start + list.count)
    }

    package mutating func next() -> Slice? {
        while place < end {
            let bytes = head.bytes(Slice(place, end - place))
            let length = bytes.firstIndex(of: UInt8(ascii: ",")) ?? bytes.count
            var (first, last) = (0, length)
            while first < last, bytes[first] == UInt8(ascii: " ") || bytes[first] == UInt8(ascii: "\t") { first += 1 }
            while last > first, bytes[last - 1] == UInt8(ascii: " ") || bytes[last - 1] == UInt8(ascii: "\t") {
                last -= 1
            }
            let found = Slice(place + first, last - first)
            place += length + 1
            if !found.isEmpty { return found }
        }
        return nil
    }
}
