import PandoDatabase

extension HotelQuery {
    /// The query as the search page's address carries it, with the question mark.
    var queryString: String {
        QueryString([
            ("q", words), ("city", cityID), ("from", stay?.from.description), ("to", stay?.to.description),
            ("guests", String(guests)), ("sort", sort == .recommended ? nil : sort.rawValue), ("cursor", cursor),
        ]).description
    }

    /// Dates and guests alone, for the links to a hotel.
    var stayQueryString: String {
        QueryString([
            ("from", stay?.from.description), ("to", stay?.to.description), ("guests", String(guests)),
        ]).description
    }
}

/// The query part of an address, percent-encoded (RFC 3986 §3.4), with the question mark; empty where nothing has a value.
struct QueryString: CustomStringConvertible {
    let description: String

    init(_ items: [(name: String, value: String?)]) {
        let present = items.compactMap { name, value in
            value.flatMap { $0.isEmpty ? nil : "\(name)=\(Self.encode($0))" }
        }
        description = present.isEmpty ? "" : "?" + present.joined(separator: "&")
    }

    /// Encodes every byte that is not unreserved (RFC 3986 §2.3).
    static func encode(_ text: String) -> String {
        let digits = Array("0123456789ABCDEF")
        return text.utf8.reduce(into: "") { encoded, byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                encoded.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                encoded += "%\(digits[Int(byte >> 4)])\(digits[Int(byte & 15)])"
            }
        }
    }
}
