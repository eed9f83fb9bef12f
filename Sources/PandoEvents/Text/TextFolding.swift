// Full Foundation: compatibility decomposition (NFKD) is not in FoundationEssentials.
import Foundation

/// Brings text to the one form in which it is indexed and searched.
///
/// Two texts that a reader takes for the same word fold to the same string: full-width and half-width forms
/// (`ＨＯＴＥＬ`, `ﾎﾃﾙ`), composed and decomposed Hangul, upper and lower case, letters with and without diacritics
/// (`Café`, `Ångström`), katakana and hiragana. Voicing marks of kana stay, since `か` and `が` are different letters.
///
/// The steps are compatibility decomposition (Unicode Standard Annex 15), removal of combining diacritics, case
/// folding by upper then lower case, katakana to hiragana, and canonical composition. Folding is idempotent.
enum TextFolding {
    /// The folded form of `text`. Linear in its length; ASCII takes a short path.
    static func fold(_ text: String) -> String {
        if text.utf8.allSatisfy({ $0 < 0x80 }) { return text.lowercased() }
        var folded = String.UnicodeScalarView()
        for scalar in text.decomposedStringWithCompatibilityMapping.unicodeScalars where !isDiacritic(scalar) {
            append(scalar, to: &folded)
        }
        return String(folded).precomposedStringWithCanonicalMapping
    }

    private static func append(_ scalar: Unicode.Scalar, to folded: inout String.UnicodeScalarView) {
        switch scalar.value {
        case 0..<0x80:
            folded.append(contentsOf: scalar.properties.lowercaseMapping.unicodeScalars)
        case 0x30A1...0x30F6, 0x30FD...0x30FE:
            folded.append(Unicode.Scalar(scalar.value - 0x60)!)  // the hiragana block mirrors the katakana block
        case 0x1100...0x11FF, 0x2E80...0xA4CF, 0xA960...0xA97F, 0xAC00...0xD7FF, 0xF900...0xFAFF, 0x20000...0x3FFFF:
            folded.append(scalar)  // East Asian scripts have no case
        default:
            appendCased(scalar, to: &folded)
        }
    }

    /// Upper case first, so that `ß` becomes `ss`, `ſ` becomes `s` and final sigma becomes sigma.
    private static func appendCased(_ scalar: Unicode.Scalar, to folded: inout String.UnicodeScalarView) {
        if let plain = plainLetters[scalar] {
            folded.append(contentsOf: plain.unicodeScalars)
            return
        }
        for upper in scalar.properties.uppercaseMapping.unicodeScalars {
            for lower in upper.properties.lowercaseMapping.unicodeScalars where !isDiacritic(lower) {
                folded.append(lower)
            }
        }
    }

    /// Letters that readers type without their stroke or ligature and that no decomposition takes apart.
    private static let plainLetters: [Unicode.Scalar: String] = [
        "ł": "l", "Ł": "l", "ø": "o", "Ø": "o", "đ": "d", "Đ": "d", "ð": "d", "Ð": "d", "ħ": "h", "Ħ": "h",
        "ŧ": "t", "Ŧ": "t", "æ": "ae", "Æ": "ae", "œ": "oe", "Œ": "oe", "þ": "th", "Þ": "th", "ı": "i", "ẞ": "ss",
    ]

    /// Combining marks of the alphabetic scripts; kana voicing marks (U+3099, U+309A) are not among them.
    private static func isDiacritic(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x0300...0x036F, 0x1AB0...0x1AFF, 0x1DC0...0x1DFF, 0x20D0...0x20FF, 0xFE20...0xFE2F: true
        default: false
        }
    }
}
