import PandoDatabase
import PandoMessaging

extension MessagingRequirement {
    private static func lease(_ duration: Duration) -> ConsumerConfiguration {
        var configuration = ConsumerConfiguration()
        configuration.lease = duration
        return configuration
    }

    static let leases = [
        MessagingRequirement("when a lease runs out another consumer gets the message, and the first cannot settle it")
        {
            fixture in
            let (first, second, end) = (Journal<Int>(), Journal<Int>(), Journal<MessagingError.Code?>())
            let (slow, quick) = (try fixture.process(), try fixture.process())
            var single = lease(.milliseconds(200))
            single.concurrency = 1
            try slow.deliver(Note.self, as: "group", configuration: single) { delivery in
                first.append(delivery.attempt)
                // Not interested in being cancelled, as a process that hangs is not.
                _ = await Task { try await second.wait(forCount: 1) }.result
                do {
                    try await delivery.acknowledge()
                    end.append(nil)
                } catch let error as MessagingError {
                    end.append(error.code)
                }
            }
            try quick.deliver(Note.self, as: "group") { delivery in second.append(delivery.attempt) }
            try await fixture.running(slow) {
                try await fixture.publish(1...1)
                try await first.wait(forCount: 1)
                try await fixture.running(quick) {
                    try await second.wait(forCount: 1)
                    try await end.wait(forCount: 1)
                }
            }
            try expectEqual(first.entries + second.entries, [1, 2], "attempts")
            try expectEqual(end.entries, [.leaseLost], "how the first ended")
        },
        MessagingRequirement("an extended delivery stays with its handler") { fixture in
            let attempts = Journal<Int>()
            let done = Journal<Int>()
            let processes = [try fixture.process(), try fixture.process()]
            for process in processes {
                try process.deliver(Note.self, as: "group", configuration: lease(.seconds(2))) { delivery in
                    attempts.append(delivery.attempt)
                    for _ in 0..<5 {
                        try await delivery.extend(by: .seconds(20))
                        try await Task.sleep(for: .milliseconds(500))
                    }
                    try await delivery.acknowledge()
                    done.append(delivery.message.number)
                }
            }
            try await fixture.running(processes[0], processes[1]) {
                try await fixture.publish(1...1)
                try await done.wait(forCount: 1)
            }
            try expectEqual(attempts.entries, [1], "attempts")
        },
        MessagingRequirement("a graceful stop finishes what is in hand and leaves the rest") { fixture in
            let (begun, mayEnd, ended, rest) = (Journal<Int>(), Journal<Int>(), Journal<Int>(), Journal<Int>())
            var one = ConsumerConfiguration()
            one.concurrency = 1
            let process = try fixture.process()
            try process.deliver(Note.self, as: "group", configuration: one) { delivery in
                begun.append(delivery.message.number)
                try await mayEnd.wait(forCount: 1)
                ended.append(delivery.message.number)
            }
            try await fixture.publish(1...3)
            try await fixture.running(process) { shutDown in
                try await begun.wait(forCount: 1)
                await shutDown()
                mayEnd.append(0)
            }
            try expectEqual(begun.entries.count, 1, "messages begun")
            try expectEqual(ended.entries, begun.entries, "messages ended")
            let next = try fixture.process()
            try next.deliver(Note.self, as: "group") { delivery in rest.append(delivery.message.number) }
            try await fixture.running(next) { try await rest.wait(forCount: 2) }
            try expectEqual(Set(rest.entries + ended.entries), [1, 2, 3], "messages in all")
            try expectEqual(rest.entries.count, 2, "messages for the next process")
        },
        MessagingRequirement("nothing is lost when processes are cancelled in the middle") { fixture in
            let seen = Journal<Int>()
            let publishing = Task { try await fixture.publish(1...200) }
            for _ in 0..<5 {
                let process = try fixture.process()
                let begun = Journal<Int>()
                try process.deliver(Note.self, as: "group", configuration: lease(.milliseconds(500))) { delivery in
                    begun.append(delivery.message.number)
                    try await Task.sleep(for: .milliseconds(1))
                    try await delivery.acknowledge()
                    seen.append(delivery.message.number)
                }
                try await fixture.running(process) { try await begun.wait(forCount: 10) }
            }
            try await publishing.value
            let last = try fixture.process()
            try last.deliver(Note.self, as: "group") { delivery in seen.append(delivery.message.number) }
            // An acknowledgement may have taken effect though its handler was cancelled before it could note it.
            try await fixture.running(last) {
                try await eventually("nothing left") {
                    try await last.statistics().allSatisfy { $0.ready + $0.pending == 0 && $0.dead == 0 }
                }
            }
            try expect(seen.entries.count >= 200 - 5 * 8, "\(seen.entries.count) of 200 seen")
        },
    ]
}
