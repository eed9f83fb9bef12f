import PandoDatabase
import PandoMessaging

extension MessagingRequirement {
    static let delivery = [
        MessagingRequirement("every group gets every message") { fixture in
            let delivered = Journal<Int>()
            let process = try fixture.process()
            try process.consume(Note.self, as: "one") { note, tx in try await tx.leaveEffect("one", note.number) }
            try process.consumeBatch(Note.self, as: "two") { notes, tx in
                for note in notes { try await tx.leaveEffect("two", note.number) }
            }
            try process.deliver(Note.self, as: "three") { delivery in delivered.append(delivery.message.number) }
            try await fixture.publish(1...30)
            try await fixture.running(process) {
                try await fixture.publish(31...100)
                for name in ["one", "two"] {
                    try await eventually("100 effects") { try await fixture.effects(name).count == 100 }
                }
                try await delivered.wait { Set($0).count == 100 }
            }
        },
        MessagingRequirement("what is rolled back is not published") { fixture in
            let process = try fixture.process()
            try process.consume(Note.self, as: "group") { note, tx in try await tx.leaveEffect("seen", note.number) }
            try await fixture.running(process) {
                for number in 1...20 {
                    try? await fixture.database.write { tx in
                        try await tx.publish(Note(number: number))
                        if number.isMultiple(of: 2) { throw Refusal(description: "even") }
                    }
                }
                try await eventually("the last odd number") {
                    try await fixture.effects("seen").contains { $0.number == 19 }
                }
            }
            let seen = try await fixture.effects("seen").map(\.number)
            try expectEqual(Set(seen), Set(stride(from: 1, through: 19, by: 2)), "numbers seen")
        },
        MessagingRequirement("messages of one key stay in order, though handlers fail and consumers compete") {
            fixture in
            let order = Journal<Note>()
            let processes = [try fixture.process(), try fixture.process()]
            for (index, process) in processes.enumerated() {
                var configuration = ConsumerConfiguration()
                configuration.retry = RetryPolicy(
                    maximumAttempts: 1000,
                    initialDelay: .milliseconds(1),
                    maximumDelay: .milliseconds(5)
                )
                try process.consume(Note.self, as: "effects", configuration: configuration) { note, tx in
                    if Int.random(in: 0..<10) == index { throw Refusal(description: "by chance") }
                    try await tx.leaveEffect(note.key ?? "", note.number)
                }
                try process.deliver(Note.self, as: "deliveries", configuration: configuration) { delivery in
                    if Int.random(in: 0..<10) == index { throw Refusal(description: "by chance") }
                    order.append(delivery.message)
                }
            }
            try await fixture.running(processes[0], processes[1]) {
                for number in 1...40 {
                    try await fixture.publish(["a", "b", "c", "d"].map { Note(number: number, key: $0) })
                }
                try await order.wait(forCount: 160)
                for key in ["a", "b", "c", "d"] {
                    try await eventually("40 effects of \(key)") { try await fixture.effects(key).count == 40 }
                    try expectEqual(try await fixture.effects(key).map(\.number), Array(1...40), "effects of \(key)")
                    let seen = order.entries.filter { $0.key == key }.map(\.number)
                    try expectEqual(seen, Array(1...40), "deliveries of \(key)")
                }
            }
        },
        MessagingRequirement("a delayed message comes when it is due, and holds up nobody") { fixture in
            let seen = Journal<(number: Int, at: Instant)>()
            let process = try fixture.process()
            try process.consume(Note.self, as: "effects") { note, tx in try await tx.leaveEffect("x", note.number) }
            try process.deliver(Note.self, as: "deliveries") { delivery in
                seen.append((delivery.message.number, .now))
            }
            let due = Instant.now + .milliseconds(1500)
            try await fixture.database.write { tx in
                try await tx.publish(Note(number: 1), key: "k", after: .milliseconds(1500))
            }
            try await fixture.publish([Note(number: 2, key: "k")])
            try await fixture.running(process) {
                try await seen.wait(forCount: 2)
                try await eventually("both effects") { try await fixture.effects("x").count == 2 }
            }
            try expectEqual(seen.entries.map(\.number), [2, 1], "deliveries")
            try expect(seen.entries[1].at >= due, "the delayed message came \(due - seen.entries[1].at) early")
            try expectEqual(try await fixture.effects("x").map(\.number), [2, 1], "effects")
        },
        MessagingRequirement("a new group begins where it is told to") { fixture in
            let (early, late) = (Journal<Int>(), Journal<Int>())
            try await fixture.publish(1...3)
            let process = try fixture.process()
            var latest = ConsumerConfiguration()
            latest.start = .latest
            try process.deliver(Note.self, as: "early") { early.append($0.message.number) }
            try process.deliver(Note.self, as: "late", configuration: latest) { late.append($0.message.number) }
            try await fixture.running(process) {
                try await early.wait(forCount: 3)
                try await fixture.publish(4...4)
                try await late.wait(forCount: 1)
                try await early.wait(forCount: 4)
            }
            try expectEqual(late.entries, [4], "what the late group got")
        },
        MessagingRequirement("what the engine cannot do is refused") { fixture in
            let process = try fixture.process()
            let missing = Set(MessagingCapabilities.Feature.allCases).subtracting(process.capabilities.features)
            for feature in missing {
                var configuration = ConsumerConfiguration()
                configuration.requires = [feature]
                do {
                    try process.consume(Note.self, as: "group", configuration: configuration) { _, _ in }
                    throw ConformanceFailure("\(feature) was promised")
                } catch let error as MessagingError {
                    try expectEqual(error.code, .unsupported, "the error's code")
                }
            }
        },
    ]
}
