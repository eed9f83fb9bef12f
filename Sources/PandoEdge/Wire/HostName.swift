/// What a host with an optional port looks like (RFC 9110 §7.2, RFC 3986 §3.2).
package enum HostName {
    /// What is wrong with a host; nil where nothing is. User information is refused (RFC 9110 §4.2.4), and so is what no name
    /// or address has although a reg-name may have it.
    package static func problem(_ host: UnsafeBufferPointer<UInt8>) -> StaticString? {
        guard let first = host.first else { return "an empty host" }
        let isAddress = first == UInt8(ascii: "[")
        var nameEnd = host.count
        if isAddress {
            guard let close = host.firstIndex(of: UInt8(ascii: "]")) else { return "the host's [ has no ]" }
            guard isAddressOfSix(UnsafeBufferPointer(rebasing: host[1..<close])) else {
                return "the host's [ and ] hold no address"
            }
            nameEnd = close + 1
        } else {
            nameEnd = host.firstIndex { !Characters.isIn($0, Characters.host) } ?? host.count
            guard nameEnd > 0 else { return "the host has a character that no host has" }
        }
        guard nameEnd < host.count else { return nil }
        guard host[nameEnd] == UInt8(ascii: ":") else { return "the host has a character that no host has" }
        guard number(host[(nameEnd + 1)...]) != nil else { return "the host's port is not a number up to 65535" }
        return nil
    }

    /// The port of a host that has no problem; nil without one.
    package static func port(_ host: UnsafeBufferPointer<UInt8>) -> Int? {
        guard let colon = host.lastIndex(of: UInt8(ascii: ":")), colon + 1 < host.count else { return nil }
        return number(host[(colon + 1)...])
    }

    private static func number(_ digits: Swift.Slice<UnsafeBufferPointer<UInt8>>) -> Int? {
        guard digits.count <= 5, digits.allSatisfy(Characters.isDigit) else { return nil }
        let number = digits.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
        return number <= 65_535 ? number : nil
    }

    /// Whether it may be an address of IP version 6; a future version and a zone are of no use here.
    private static func isAddressOfSix(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        guard (2...45).contains(text.count) else { return false }
        var colons = 0
        for octet in text {
            if octet == UInt8(ascii: ":") { colons += 1 }
            let isPart = octet == UInt8(ascii: ":") || octet == UInt8(ascii: ".")
            guard isPart || Characters.hexadecimal(octet) != nil else { return false }
        }
        return (2...7).contains(colons)
    }
}
