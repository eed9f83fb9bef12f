import PandoDatabase
import PandoMessaging

extension MessagingRequirement {
    private static func impatient(attempts: Int) -> ConsumerConfiguration {
        var configuration = ConsumerConfiguration()
        configuration.retry = RetryPolicy(
            maximumAttempts: attempts,
            initialDelay: .milliseconds(1),
            maximumDelay: .milliseconds(2)
        )
        return configuration
    }

    static let failures = [
        MessagingRequirement("a failing message fails no neighbour, and ends among the dead letters with its reason") {
            fixture in
            let process = try fixture.process()
            let deliveries = Journal<Int>()
            try process.consume(Note.self, as: "effects", configuration: impatient(attempts: 3)) { note, tx in
                if note.number == 25 { throw Refusal(description: "number 25 is unlucky") }
                try await tx.leaveEffect("x", note.number)
            }
            try process.deliver(Note.self, as: "deliveries", configuration: impatient(attempts: 4)) { delivery in
                if delivery.message.number == 25 { throw Refusal(description: "number 25 is unlucky") }
                deliveries.append(delivery.message.number)
            }
            try await fixture.running(process) {
                try await fixture.publish(1...50)
                try await eventually("49 effects") { try await fixture.effects("x").count == 49 }
                try await deliveries.wait(forCount: 49)
                try await eventually("two dead letters") { try await process.deadLetters.count() == 2 }
            }
            for (group, attempts) in [("effects", 3), ("deliveries", 4)] {
                let letters = try await process.deadLetters.list(.init(topic: Note.topic, group: group))
                try expectEqual(letters.count, 1, "dead letters of \(group)")
                try expectEqual(try Note(encoded: letters[0].payload).number, 25, "the dead letter's number")
                try expectEqual(letters[0].attempts, attempts, "attempts")
                try expect(letters[0].reason.contains("unlucky"), "the reason is “\(letters[0].reason)”")
                try expect(letters[0].diedAt >= letters[0].publishedAt, "it died before it was published")
            }
        },
        MessagingRequirement("a message that does not decode is given up at once") { fixture in
            let process = try fixture.process()
            try process.consume(StrangeNote.self, as: "effects") { _, _ in }
            try process.consumeBatch(StrangeNote.self, as: "batches") { _, _ in }
            try process.deliver(StrangeNote.self, as: "deliveries") { _ in }
            try await fixture.publish(1...1)
            try await fixture.running(process) {
                try await eventually("3 dead letters") { try await process.deadLetters.count() == 3 }
                try await fixture.publish(2...2)
                try await eventually("6 dead letters") { try await process.deadLetters.count() == 6 }
            }
            for letter in try await process.deadLetters.list() {
                try expect(!letter.reason.isEmpty, "no reason")
                try expect(letter.attempts <= 1, "\(letter.attempts) attempts")
            }
        },
        MessagingRequirement("dead letters are replayed to their group only, or purged") { fixture in
            let isMended = Journal<Bool>()
            let (mended, other) = (Journal<Int>(), Journal<Int>())
            let process = try fixture.process()
            try process.deliver(Note.self, as: "broken", configuration: impatient(attempts: 1)) { delivery in
                if isMended.entries.isEmpty { throw Refusal(description: "broken") }
                mended.append(delivery.message.number)
            }
            try process.deliver(Note.self, as: "other") { other.append($0.message.number) }
            try await fixture.running(process) {
                try await fixture.publish(1...5)
                try await eventually("5 dead letters") { try await process.deadLetters.count() == 5 }
                try await other.wait(forCount: 5)
                isMended.append(true)
                let one = try await process.deadLetters.list(limit: 1)[0]
                try expectEqual(try await process.deadLetters.purge(.init(id: one.id)), 1, "purged")
                try expectEqual(try await process.deadLetters.replay(.init(group: "other")), 0, "replayed to the other")
                try expectEqual(try await process.deadLetters.replay(.init(group: "broken")), 4, "replayed")
                try await mended.wait(forCount: 4)
                try expectEqual(try await process.deadLetters.count(), 0, "dead letters left")
            }
            try expectEqual(other.entries.count, 5, "deliveries to the other group")
        },
        MessagingRequirement("a handler decides when it wants a message again, and when never") { fixture in
            let attempts = Journal<Int>()
            let process = try fixture.process()
            try process.deliver(Note.self, as: "group") { delivery in
                attempts.append(delivery.attempt)
                switch delivery.attempt {
                case 1, 2: try await delivery.retry(after: .milliseconds(10), reason: "not yet")
                default: try await delivery.giveUp(reason: "never")
                }
            }
            try await fixture.publish(1...1)
            try await fixture.running(process) {
                try await eventually("a dead letter") { try await process.deadLetters.count() == 1 }
            }
            try expectEqual(attempts.entries, [1, 2, 3], "attempts")
            let letter = try await process.deadLetters.list()[0]
            try expectEqual(letter.reason, "never", "the reason")
            try expectEqual(letter.attempts, 3, "the letter's attempts")
        },
    ]
}
