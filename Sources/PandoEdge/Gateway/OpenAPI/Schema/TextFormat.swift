#if canImport(Glibc)
    import Glibc
#endif

/// What a text or a number of a format is like (https://spec.openapis.org/registry/format).
enum TextFormat: String, Sendable {
    case date
    case dateTime = "date-time"
    case time
    case uuid
    case email
    case hostname
    case ipv4
    case ipv6
    case uri
    case byte
    case int32
    case int64
    /// These say nothing that could be wrong.
    case float, double, password, binary

    /// Whether a value is of the format; values of other types are.
    func holds(_ value: JSONValue) -> Bool {
        switch (self, value) {
        case (.int32, .integer(let number)): return Int32(exactly: number) != nil
        // What fits is an integer already.
        case (.int32, .number), (.int64, .number): return false
        case (_, .string(let text)): return holds(Array(text.utf8), text)
        default: return true
        }
    }

    private func holds(_ octets: [UInt8], _ text: String) -> Bool {
        switch self {
        case .date: Self.isDate(octets)
        case .time: Self.isTime(octets)
        case .dateTime:
            octets.count > 11 && [UInt8(ascii: "T"), UInt8(ascii: "t")].contains(octets[10])
                && Self.isDate(Array(octets[..<10])) && Self.isTime(Array(octets[11...]))
        case .uuid: Self.isUUID(octets)
        case .email: Self.isEmail(text)
        case .hostname: Self.isHost(text)
        case .ipv4: Self.isAddress(text, AF_INET)
        case .ipv6: Self.isAddress(text, AF_INET6)
        case .uri: Self.isURI(octets)
        case .byte:
            octets.count.isMultiple(of: 4)
                && octets.prefix { $0 != UInt8(ascii: "=") }.allSatisfy(Base64.alphabet.contains)
                && octets.drop { $0 != UInt8(ascii: "=") }.count <= 2
                && octets.drop { $0 != UInt8(ascii: "=") }.allSatisfy { $0 == UInt8(ascii: "=") }
        case .int32, .int64, .float, .double, .password, .binary: true
        }
    }

    /// So many digits at a place.
    private static func number(_ octets: [UInt8], _ range: Range<Int>) -> Int? {
        guard range.upperBound <= octets.count, octets[range].allSatisfy(Characters.isDigit) else { return nil }
        return octets[range].reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
    }

    /// full-date of RFC 3339 §5.6, in the calendar.
    static func isDate(_ octets: [UInt8]) -> Bool {
        let dash = UInt8(ascii: "-")
        guard octets.count == 10, octets[4] == dash, octets[7] == dash, let year = number(octets, 0..<4),
            let month = number(octets, 5..<7), let day = number(octets, 8..<10), (1...12).contains(month)
        else { return false }
        let isLeap = year.isMultiple(of: 4) && !year.isMultiple(of: 100) || year.isMultiple(of: 400)
        let days = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        return (1...days[month - 1]).contains(day)
    }

    /// full-time of RFC 3339 §5.6.
    static func isTime(_ octets: [UInt8]) -> Bool {
        let colon = UInt8(ascii: ":")
        guard octets.count >= 9, octets[2] == colon, octets[5] == colon, let hour = number(octets, 0..<2), hour < 24,
            let minute = number(octets, 3..<5), minute < 60, let second = number(octets, 6..<8), second <= 60
        else { return false }
        var rest = octets[8...]
        if rest.first == UInt8(ascii: ".") {
            rest = rest.dropFirst()
            let count = rest.prefix(while: Characters.isDigit).count
            if count == 0 { return false }
            rest = rest.dropFirst(count)
        }
        if rest.count == 1 { return rest.first == UInt8(ascii: "Z") || rest.first == UInt8(ascii: "z") }
        let zone = Array(rest)
        guard zone.count == 6, zone[0] == UInt8(ascii: "+") || zone[0] == UInt8(ascii: "-"), zone[3] == colon,
            let hours = number(zone, 1..<3), let minutes = number(zone, 4..<6)
        else { return false }
        return hours < 24 && minutes < 60
    }

    private static func isUUID(_ octets: [UInt8]) -> Bool {
        guard octets.count == 36 else { return false }
        return octets.enumerated().allSatisfy { index, octet in
            [8, 13, 18, 23].contains(index) ? octet == UInt8(ascii: "-") : Characters.hexadecimal(octet) != nil
        }
    }

    /// One at sign, something before it, the name of a host behind it (RFC 5321 §4.1.2, without quotes).
    private static func isEmail(_ text: String) -> Bool {
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count == 2, (1...64).contains(parts[0].utf8.count), text.utf8.count <= 254 else { return false }
        let local = parts[0]
        let isPlain = local.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7F && !"()<>[]:;,\\\"".utf8.contains($0) }
        let hasDots = local.hasPrefix(".") || local.hasSuffix(".") || local.contains("..")
        return isPlain && !hasDots && isHost(String(parts[1]))
    }

    /// RFC 1123 §2.1; letters of other scripts as well (RFC 5890 §2.3.2.3).
    private static func isHost(_ text: String) -> Bool {
        guard (1...253).contains(text.utf8.count) else { return false }
        return text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { label in
            let isPlain = label.unicodeScalars.allSatisfy {
                $0.value >= 0x80
                    ? $0.properties.isAlphabetic || $0.properties.numericType != nil
                    : CharacterClass.word.contains($0) && $0 != "_" || $0 == "-"
            }
            return (1...63).contains(label.utf8.count) && isPlain && !label.hasPrefix("-") && !label.hasSuffix("-")
        }
    }

    private static func isAddress(_ text: String, _ family: Int32) -> Bool {
        withUnsafeTemporaryAllocation(byteCount: 16, alignment: 8) { inet_pton(family, text, $0.baseAddress) == 1 }
    }

    /// A scheme, and only characters that a URI has (RFC 3986 §2, §3.1).
    private static func isURI(_ octets: [UInt8]) -> Bool {
        guard let colon = octets.firstIndex(of: UInt8(ascii: ":")), colon > 0 else { return false }
        let scheme = octets[..<colon]
        let isScheme = scheme.allSatisfy {
            let octet = Characters.lowercased($0)
            return octet &- UInt8(ascii: "a") < 26 || Characters.isDigit(octet) || "+-.".utf8.contains(octet)
        }
        let isPlain = octets.allSatisfy { $0 > 0x20 && $0 < 0x7F && !"\"<>\\^`{|}".utf8.contains($0) }
        return isScheme && !Characters.isDigit(scheme[0]) && isPlain
    }
}
