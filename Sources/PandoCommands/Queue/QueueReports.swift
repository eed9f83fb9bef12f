import PandoDatabase
import PandoMessaging

/// Where every group of consumers stands.
struct QueueReport: Encodable, CustomStringConvertible {
    let groups: [GroupStatistics]
    let now: Instant

    private enum CodingKeys: CodingKey { case groups }

    var description: String {
        guard !groups.isEmpty else { return "no group has consumed anything yet" }
        var table = TextTable(["topic", "group", "ready", "pending", "dead", "oldest"], rightAligned: [2, 3, 4, 5])
        for group in groups {
            let age =
                group.oldest.map { AgeText.of(microseconds: now.microsecondsSince1970 - $0.microsecondsSince1970) }
                ?? "-"
            table.add([group.topic, group.group, "\(group.ready)", "\(group.pending)", "\(group.dead)", age])
        }
        return table.text
    }
}

/// The dead letters that were asked for, the newest first.
struct DeadLettersReport: Encodable, CustomStringConvertible {
    struct Letter: Encodable {
        let id: String
        let topic: String
        let group: String
        let key: String?
        let attempts: Int
        let reason: String
        let publishedAt: Instant
        let diedAt: Instant
        let payload: String

        init(_ letter: DeadLetter) {
            id = "\(letter.id)"
            topic = letter.topic
            group = letter.group
            key = letter.key
            attempts = letter.attempts
            reason = letter.reason
            publishedAt = letter.publishedAt
            diedAt = letter.diedAt
            payload = String(decoding: letter.payload, as: UTF8.self)
        }
    }

    let total: Int
    let letters: [Letter]

    var description: String {
        guard total > 0 else { return "no dead letters" }
        let lines = letters.map { letter in
            """
            \(letter.id)  \(letter.topic) → \(letter.group)\(letter.key.map { ", key \($0)" } ?? ""), \
            given up \(letter.diedAt) after \(letter.attempts) \(letter.attempts == 1 ? "attempt" : "attempts")
                reason: \(letter.reason.replacing("\n", with: " "))
                payload: \(letter.payload.prefix(200))
            """
        }
        let rest = total > letters.count ? ["… and \(total - letters.count) more (see --limit)"] : []
        return (lines + rest).joined(separator: "\n")
    }
}

/// How many dead letters were replayed or purged.
struct DeadLettersChange: Encodable, CustomStringConvertible {
    let action: String
    let count: Int

    var description: String { "\(action) \(count) dead \(count == 1 ? "letter" : "letters")" }
}

/// An age as a person reads it.
enum AgeText {
    static func of(microseconds: Int64) -> String {
        let seconds = max(0, microseconds / 1_000_000)
        return switch seconds {
        case ..<60: "\(seconds) s"
        case ..<3_600: "\(seconds / 60) min"
        case ..<172_800: "\(seconds / 3_600) h"
        default: "\(seconds / 86_400) d"
        }
    }
}
