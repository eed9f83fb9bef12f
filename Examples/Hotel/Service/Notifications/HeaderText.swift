import Foundation

/// A text for a header field of a mail: itself where it is plain ASCII, else as encoded words (RFC 2047).
struct HeaderText {
    let encoded: String

    init(_ text: String) {
        // Controls could begin a new header field, so they never get there.
        let clean = String(
            String.UnicodeScalarView(text.unicodeScalars.filter { $0.properties.generalCategory != .control })
        )
        let isPlain = clean.utf8.allSatisfy { byte in
            byte < 127 && !#"()<>[]:;@\,.""#.utf8.contains(byte)
        }
        encoded =
            isPlain && clean.utf8.count < 60 && !clean.contains("=?")
            ? clean : Self.words(clean).joined(separator: "\r\n ")
    }

    /// Encoded words of at most 75 characters, none of which cuts a character in two (RFC 2047 §5).
    private static func words(_ text: String) -> [String] {
        var words: [String] = []
        var chunk = Data()
        for character in text {
            // 45 bytes make 60 characters of base 64, and `=?utf-8?B?…?=` adds 12.
            if !chunk.isEmpty, chunk.count + character.utf8.count > 45 {
                words.append(word(chunk))
                chunk = Data()
            }
            chunk.append(contentsOf: character.utf8)
        }
        words.append(word(chunk))
        return words
    }

    private static func word(_ bytes: Data) -> String { "=?utf-8?B?\(bytes.base64EncodedString())?=" }
}
