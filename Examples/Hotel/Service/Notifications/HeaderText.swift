import Foundation

/// A text for a header field of a mail: itself where it is plain ASCII, else as encoded words (RFC 2047).
struct HeaderText {
    let encoded: String

    init(_ text: String) {
        // Controls could begin a new header field, so they never get there.
        let clean =
            text.unicodeScalars.contains(where: Self.isControl)
            ? String(String.UnicodeScalarView(text.unicodeScalars.filter { !Self.isControl($0) })) : text
        let isPlain = clean.utf8.allSatisfy { byte in
            byte < 127 && !#"()<>[]:;@\,.""#.utf8.contains(byte)
        }
        encoded =
            isPlain && clean.utf8.count < 60 && !clean.contains("=?")
            ? clean : Self.words(clean).joined(separator: "\r\n ")
    }

    /// Whether the general category is Cc.
    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value < 0x20 || (0x7f...0x9f).contains(scalar.value)
    }

    /// Encoded words of at most 75 characters, none of which cuts a character in two (RFC 2047 §5).
    private static func words(_ text: String) -> [String] {
        var words: [String] = []
        var chunk: [UInt8] = []
        for scalar in text.unicodeScalars {
            // 45 bytes make 60 characters of base 64, and `=?utf-8?B?…?=` adds 12.
            if chunk.count + scalar.utf8.count > 45 {
                words.append(word(chunk))
                chunk.removeAll(keepingCapacity: true)
            }
            chunk.append(contentsOf: scalar.utf8)
        }
        words.append(word(chunk))
        return words
    }

    private static func word(_ bytes: [UInt8]) -> String { "=?utf-8?B?\(Data(bytes).base64EncodedString())?=" }
}
