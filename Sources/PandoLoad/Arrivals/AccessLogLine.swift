/// One line of an access log: `host ident user [17/May/2015:10:05:03 +0000] "GET / HTTP/1.1" 200 203023 "referer" "agent"`.
///
/// The last two fields are optional (Common Log Format); fields after them are ignored. Quoted fields escape a quote by a
/// backslash, as Apache httpd does.
struct AccessLogLine {
    /// Why a line is malformed, as a phrase that follows "file:line: ".
    struct Malformed: Error {
        var reason: String
    }

    /// Seconds since 1970, UTC.
    let second: Int64

    /// The request, if it is one that could be sent; garbage sent by a client does not make the line malformed.
    let request: AccessLog.Request?

    init(_ bytes: ArraySlice<UInt8>) throws(Malformed) {
        var scanner = Scanner(rest: bytes)
        try scanner.skipToTime()
        second = try scanner.time()
        try scanner.expect(" ", after: "the time")
        request = Self.request(try scanner.quoted("the request"))
        try scanner.expect(" ", after: "the request")
        try scanner.number("status", digits: 3...3, mayBeDash: false)
        try scanner.expect(" ", after: "the status")
        try scanner.number("size", digits: 1...18, mayBeDash: true)
        for field in ["the referer", "the user agent"] where !scanner.rest.isEmpty {
            try scanner.expect(" ", after: "the field before \(field)")
            _ = try scanner.quoted(field)
        }
    }

    /// Reads `METHOD path HTTP/x.y`; nil for anything else.
    private static func request(_ field: ArraySlice<UInt8>) -> AccessLog.Request? {
        let parts = field.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
        guard parts.count == 3, parts[2].starts(with: Array("HTTP/".utf8)), parts[1].first == UInt8(ascii: "/"),
            !parts[0].isEmpty, parts[0].allSatisfy({ (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) }),
            parts[1].allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\\") && $0 != UInt8(ascii: "#") })
        else { return nil }
        return AccessLog.Request(
            method: String(decoding: parts[0], as: UTF8.self),
            path: String(decoding: parts[1], as: UTF8.self)
        )
    }
}

extension AccessLogLine {
    /// Takes fields from the front of a line.
    fileprivate struct Scanner {
        var rest: ArraySlice<UInt8>

        /// Moves to the `[` of the time, which at least three fields precede.
        mutating func skipToTime() throws(Malformed) {
            guard let bracket = rest.firstIndex(of: UInt8(ascii: "[")) else {
                throw Malformed(reason: "there is no [time]; expected host ident user [day/Mon/year:hh:mm:ss zone]")
            }
            let fields = rest[..<bracket].split(separator: UInt8(ascii: " "))
            guard fields.count >= 3, rest[..<bracket].last == UInt8(ascii: " ") else {
                throw Malformed(
                    reason: "before the [time] there are \(fields.count) fields; expected host, ident and user"
                )
            }
            rest = rest[bracket...]
        }

        mutating func expect(_ character: Unicode.Scalar, after field: String) throws(Malformed) {
            guard rest.first == UInt8(ascii: character) else {
                throw Malformed(reason: rest.isEmpty ? "it ends after \(field)" : "no space after \(field)")
            }
            rest.removeFirst()
        }

        mutating func quoted(_ field: String) throws(Malformed) -> ArraySlice<UInt8> {
            guard rest.first == UInt8(ascii: "\"") else {
                throw Malformed(reason: "\(field) does not begin with a quote")
            }
            rest.removeFirst()
            var index = rest.startIndex
            while index < rest.endIndex, rest[index] != UInt8(ascii: "\"") {
                index += rest[index] == UInt8(ascii: "\\") ? 2 : 1
            }
            guard index < rest.endIndex else { throw Malformed(reason: "\(field) has no closing quote") }
            defer { rest = rest[(index + 1)...] }
            return rest[..<index]
        }

        mutating func number(_ field: String, digits: ClosedRange<Int>, mayBeDash: Bool) throws(Malformed) {
            let end = rest.firstIndex(of: UInt8(ascii: " ")) ?? rest.endIndex
            let value = rest[..<end]
            rest = rest[end...]
            if mayBeDash, value.elementsEqual([UInt8(ascii: "-")]) { return }
            guard digits.contains(value.count), value.allSatisfy({ (0x30...0x39).contains($0) }) else {
                let text = String(decoding: value.prefix(20), as: UTF8.self)
                throw Malformed(reason: "the \(field) \"\(text)\" is not a number")
            }
        }

        /// Reads `[dd/Mon/yyyy:hh:mm:ss +hhmm]`.
        mutating func time() throws(Malformed) -> Int64 {
            let end = rest.firstIndex(of: UInt8(ascii: "]")) ?? rest.endIndex
            let text = rest[..<end].dropFirst()
            rest = end < rest.endIndex ? rest[(end + 1)...] : rest[end...]
            guard text.count == 26, let time = Self.seconds(Array(text)) else {
                let shown = String(decoding: text.prefix(40), as: UTF8.self)
                throw Malformed(reason: "the time [\(shown)] is not of the form day/Mon/year:hh:mm:ss zone")
            }
            return time
        }

        private static func seconds(_ text: [UInt8]) -> Int64? {
            func number(_ range: Range<Int>, _ bounds: ClosedRange<Int>) -> Int? {
                var value = 0
                for byte in text[range] {
                    guard (0x30...0x39).contains(byte) else { return nil }
                    value = value * 10 + Int(byte - 0x30)
                }
                return bounds.contains(value) ? value : nil
            }
            let marks: [(Int, Unicode.Scalar)] = [(2, "/"), (6, "/"), (11, ":"), (14, ":"), (17, ":"), (20, " ")]
            let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
            guard marks.allSatisfy({ text[$0.0] == UInt8(ascii: $0.1) }),
                let month = months.firstIndex(of: String(decoding: text[3..<6], as: UTF8.self)),
                let day = number(0..<2, 1...31), let year = number(7..<11, 1970...9999),
                let hour = number(12..<14, 0...23), let minute = number(15..<17, 0...59),
                let second = number(18..<20, 0...60), let zoneHours = number(22..<24, 0...14),
                let zoneMinutes = number(24..<26, 0...59), text[21] == 0x2B || text[21] == 0x2D
            else { return nil }
            let zone = (zoneHours * 60 + zoneMinutes) * (text[21] == 0x2D ? -60 : 60)
            let days = CivilDate.daysSince1970(year: year, month: month + 1, day: day)
            return Int64(days * 86400 + hour * 3600 + minute * 60 + second - zone)
        }
    }
}

/// Calendar arithmetic (proleptic Gregorian).
enum CivilDate {
    /// Days from 1 January 1970. Source: H. Hinnant, "chrono-compatible low-level date algorithms", days_from_civil.
    static func daysSince1970(year: Int, month: Int, day: Int) -> Int {
        let shifted = month <= 2 ? year - 1 : year
        let era = shifted / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }
}
