import Foundation
import PandoDatabase

/// A mail of plain text (RFC 5322) in any language.
struct MailMessage: Sendable {
    /// A mailbox with the name of its owner.
    struct Address: Sendable {
        let name: String
        let email: String

        /// What comes after the `@`.
        var domain: Substring { email.split(separator: "@").last ?? "localhost" }
    }

    let from: Address
    let to: Address
    let subject: String
    let text: String
    /// What makes it the same mail when it is sent again: the left side of the Message-ID.
    let id: String
    let date: Instant

    /// The message as it is stored and sent: lines of at most 76 bytes that end in CR LF.
    var bytes: [UInt8] {
        let headers = [
            "Date: \(Self.rfc5322(date))",
            "From: \(HeaderText(from.name).encoded) <\(from.email)>",
            "To: \(HeaderText(to.name).encoded) <\(to.email)>",
            "Subject: \(HeaderText(subject).encoded)",
            "Message-ID: <\(id)@\(from.domain)>",
            "MIME-Version: 1.0",
            "Content-Type: text/plain; charset=utf-8",
            "Content-Transfer-Encoding: base64",
            "Auto-Submitted: auto-generated",
        ]
        let body = Data(text.utf8).base64EncodedString(options: [
            .lineLength76Characters, .endLineWithCarriageReturn, .endLineWithLineFeed,
        ])
        return Array((headers.joined(separator: "\r\n") + "\r\n\r\n" + body + "\r\n").utf8)
    }

    /// A date-time of RFC 5322 §3.3 in UTC: `Sat, 21 Nov 2026 09:05:00 +0000`.
    static func rfc5322(_ instant: Instant) -> String {
        let day = instant.date
        let (year, month, number) = day.components
        let weekday = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"][day.isoWeekday - 1]
        let name = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"][month - 1]
        let second = Int(instant.microsecondsSince1970 / 1_000_000) - day.daysSince1970 * 86_400
        let time = [second / 3600, second / 60 % 60, second % 60].map { $0 < 10 ? "0\($0)" : "\($0)" }
        return "\(weekday), \(number) \(name) \(year) \(time.joined(separator: ":")) +0000"
    }
}
