/// Turns the `?` of a portable statement into the `$1`, `$2` and so on of PostgreSQL.
enum Placeholders {
    /// - Returns: the text, and how many placeholders it has. A `?` inside quotes or a comment is none.
    static func numbered(_ text: String) -> (text: String, count: Int) {
        var out: [UInt8] = []
        out.reserveCapacity(text.utf8.count + 16)
        var count = 0
        var bytes = Array(text.utf8)[...]
        while let byte = bytes.first {
            switch byte {
            case UInt8(ascii: "'"), UInt8(ascii: "\""):
                take(&bytes, &out, through: quoted(bytes, by: byte))
            case UInt8(ascii: "-") where bytes.dropFirst().first == UInt8(ascii: "-"):
                take(&bytes, &out, through: bytes.firstIndex(of: UInt8(ascii: "\n")) ?? bytes.endIndex - 1)
            case UInt8(ascii: "/") where bytes.dropFirst().first == UInt8(ascii: "*"):
                take(&bytes, &out, through: commented(bytes))
            case UInt8(ascii: "?"):
                count += 1
                out += "$\(count)".utf8
                bytes = bytes.dropFirst()
            default:
                out.append(byte)
                bytes = bytes.dropFirst()
            }
        }
        return (String(decoding: out, as: UTF8.self), count)
    }

    private static func take(_ bytes: inout ArraySlice<UInt8>, _ out: inout [UInt8], through last: Int) {
        out += bytes[...last]
        bytes = bytes[(last + 1)...]
    }

    /// The index of the quote that closes; doubled ones open anew, which comes to the same.
    private static func quoted(_ bytes: ArraySlice<UInt8>, by quote: UInt8) -> Int {
        bytes.dropFirst().firstIndex(of: quote) ?? bytes.endIndex - 1
    }

    private static func commented(_ bytes: ArraySlice<UInt8>) -> Int {
        var index = bytes.startIndex + 2
        while index + 1 < bytes.endIndex {
            if bytes[index] == UInt8(ascii: "*"), bytes[index + 1] == UInt8(ascii: "/") { return index + 1 }
            index += 1
        }
        return bytes.endIndex - 1
    }
}
