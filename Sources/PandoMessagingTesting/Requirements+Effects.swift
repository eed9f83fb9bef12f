import PandoDatabase
import PandoMessaging

extension MessagingRequirement {
    static let effects = [
        MessagingRequirement("an effect happens once, though handlers fail after it") { fixture in
            var configuration = ConsumerConfiguration()
            configuration.retry = RetryPolicy(
                maximumAttempts: 1000,
                initialDelay: .milliseconds(1),
                maximumDelay: .milliseconds(5)
            )
            let process = try fixture.process()
            try process.consume(Note.self, as: "group", configuration: configuration) { note, tx in
                try await tx.leaveEffect("once", note.number)
                if Int.random(in: 0..<4) == 0 { throw Refusal(description: "after the effect") }
            }
            try process.consumeBatch(Note.self, as: "batches", configuration: configuration) { notes, tx in
                for note in notes { try await tx.leaveEffect("batch", note.number) }
                if Int.random(in: 0..<4) == 0 { throw Refusal(description: "after the effects") }
            }
            try await fixture.running(process) {
                try await fixture.publish(1...150)
                for name in ["once", "batch"] {
                    try await eventually("150 effects") { try await fixture.effects(name).count == 150 }
                }
            }
            for name in ["once", "batch"] {
                let repeated = try await fixture.effects(name).filter { $0.count != 1 }
                try expect(repeated.isEmpty, "effects that happened again: \(repeated)")
            }
        },
        MessagingRequirement("an effect happens once, though three processes want it and are killed again and again") {
            fixture in
            let publishing = Task { try await fixture.publish(1...300) }
            for _ in 0..<5 {
                let processes = try (0..<3).map { _ in try fixture.process() }
                let begun = Journal<Int>()
                for process in processes {
                    try process.consume(Note.self, as: "group") { note, tx in
                        try await tx.leaveEffect("once", note.number)
                        begun.append(note.number)
                    }
                }
                try await fixture.running(processes[0], processes[1], processes[2]) {
                    try await begun.wait(forCount: 20)
                }
            }
            try await publishing.value
            let last = try fixture.process()
            try last.consume(Note.self, as: "group") { note, tx in try await tx.leaveEffect("once", note.number) }
            try await fixture.running(last) {
                try await eventually("300 effects") { try await fixture.effects("once").count == 300 }
            }
            let repeated = try await fixture.effects("once").filter { $0.count != 1 }
            try expect(repeated.isEmpty, "effects that happened again: \(repeated)")
        },
        MessagingRequirement("a message published by a handler goes with its effect") { fixture in
            let seen = Journal<Int>()
            let process = try fixture.process()
            try process.consume(Note.self, as: "relay") { note, tx in
                guard note.number < 5 else { return }
                try await tx.publish(Note(number: note.number + 1))
                try await tx.leaveEffect("relay", note.number)
            }
            try process.deliver(Note.self, as: "end") { seen.append($0.message.number) }
            try await fixture.running(process) {
                try await fixture.publish(1...1)
                try await seen.wait(forCount: 5)
            }
            try expectEqual(seen.entries.sorted(), [1, 2, 3, 4, 5], "messages")
        },
        MessagingRequirement("messages that wait are handled in batches") { fixture in
            let sizes = Journal<Int>()
            let process = try fixture.process()
            try process.consumeBatch(Note.self, as: "group") { notes, tx in
                for note in notes { try await tx.leaveEffect("batch", note.number) }
                sizes.append(notes.count)
            }
            try await fixture.running(process) {
                try await fixture.publish(1...1)
                try await sizes.wait(forCount: 1)
                try await fixture.database.write { tx in
                    for number in 2...100 { try await tx.publish(Note(number: number)) }
                }
                try await sizes.wait { $0.reduce(0, +) == 100 }
            }
            try expect(sizes.entries.contains { $0 > 1 }, "every batch had one message: \(sizes.entries)")
        },
    ]
}
