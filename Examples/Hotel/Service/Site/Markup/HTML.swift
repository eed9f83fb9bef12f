/// A piece of a page, built by string interpolation that escapes.
///
/// ```swift
/// let item: HTML = "<li title=\"\(hotel.name)\">\(hotel.name) \(badge)</li>"
/// ```
///
/// Texts and numbers are escaped for element content and for quoted attributes; only another ``HTML`` goes in as it is, so a
/// guest's name can never become markup. Attribute values must be quoted.
struct HTML: ExpressibleByStringInterpolation, Sendable {
    let text: String

    init(stringLiteral value: String) { text = value }
    init(stringInterpolation: StringInterpolation) { text = stringInterpolation.text }

    /// The piece, only where the condition holds.
    static func when(_ condition: Bool, _ piece: @autoclosure () -> HTML) -> HTML { condition ? piece() : "" }

    struct StringInterpolation: StringInterpolationProtocol {
        fileprivate var text = ""

        init(literalCapacity: Int, interpolationCount: Int) {
            text.reserveCapacity(literalCapacity + interpolationCount * 24)
        }

        mutating func appendLiteral(_ literal: String) { text += literal }
        mutating func appendInterpolation(_ html: HTML) { text += html.text }
        /// The piece where there is one.
        mutating func appendInterpolation(_ html: HTML?) { text += html?.text ?? "" }
        /// The pieces one after the other, such as the items of a list.
        mutating func appendInterpolation(_ pieces: [HTML]) { for piece in pieces { text += piece.text } }
        mutating func appendInterpolation(_ number: Int) { text += String(number) }

        mutating func appendInterpolation(_ value: some StringProtocol) {
            for byte in value.utf8 where Self.isSpecial(byte) { return appendEscaped(value) }
            text += value
        }

        /// The text of a value such as an identifier or a date.
        mutating func appendInterpolation(_ value: some LosslessStringConvertible) {
            appendInterpolation(value.description)
        }

        private mutating func appendEscaped(_ value: some StringProtocol) {
            for scalar in value.unicodeScalars {
                switch scalar {
                case "&": text += "&amp;"
                case "<": text += "&lt;"
                case ">": text += "&gt;"
                case "\"": text += "&quot;"
                case "'": text += "&#39;"
                default: text.unicodeScalars.append(scalar)
                }
            }
        }

        private static func isSpecial(_ byte: UInt8) -> Bool {
            switch byte {
            case UInt8(ascii: "&"), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "\""), UInt8(ascii: "'"): true
            default: false
            }
        }
    }
}
