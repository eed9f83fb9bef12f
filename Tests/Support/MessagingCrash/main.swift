// A service that the tests of PandoMessaging kill: `messaging-crash DATABASE MODE FIRST-NUMBER`.
//
// It writes a line to its standard output for everything that has been acknowledged to it, so that the tests know what
// must still be there after its end.
import Foundation
import Logging
import PandoDatabase
import PandoMessaging
import PandoTelemetry

let arguments = CommandLine.arguments
guard arguments.count == 4, let first = Int(arguments[3]) else {
    fatalError("messaging-crash DATABASE MODE FIRST-NUMBER")
}
let database = try await Database.open(Database.Configuration(path: arguments[1]))
try await Messaging.migrate(database)
try await database.migrate([
    DomainMigrations(
        domain: "crash",
        [
            Migration(1, "create effects") {
                CreateTable("effects", sharding: .by("number")) {
                    Column("number", .bigint)
                    Column("count", .bigint)
                    PrimaryKey("number")
                }
            }
        ]
    )
])

struct Numbered: Message {
    static let topic = "crash-number"
    let number: Int
}

@Sendable func report(_ line: String) {
    let bytes = Array((line + "\n").utf8)
    precondition(write(1, bytes, bytes.count) == bytes.count)
}

@Sendable func leaveEffect(_ number: Int, _ tx: Transaction) async throws {
    try await tx.execute(
        "INSERT INTO effects (number, count) VALUES (\(number), 1) ON CONFLICT (number) DO UPDATE SET count = effects.count + 1"
    )
}

let messaging = Messaging(
    database: database,
    metrics: MetricsRegistry(),
    logger: Logger(label: "crash") { _ in SwiftLogNoOpLogHandler() }
)
var configuration = ConsumerConfiguration()
configuration.lease = .milliseconds(100)
configuration.retry = RetryPolicy(maximumAttempts: 3, initialDelay: .milliseconds(1), maximumDelay: .milliseconds(2))

switch arguments[2] {
case "publish":
    // Publishes without end from eight tasks and consumes what it can.
    try messaging.consume(Numbered.self, as: "effects", configuration: configuration) { message, tx in
        try await leaveEffect(message.number, tx)
    }
    try await withThrowingDiscardingTaskGroup { group in
        group.addTask { try await messaging.run() }
        for publisher in 0..<8 {
            group.addTask {
                var number = first + publisher
                while true {
                    let message = Numbered(number: number)
                    try await database.write { tx in _ = try await tx.publish(message) }
                    report("published \(number)")
                    number += 8
                }
            }
        }
    }
case "poison":
    // Number 13 kills the process that handles it.
    try messaging.consume(Numbered.self, as: "effects", configuration: configuration) { message, tx in
        try await leaveEffect(message.number, tx)
        if message.number == 13 { kill(getpid(), SIGKILL) }
    }
    try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await messaging.run() }
        group.addTask {
            var isDone = false
            while !isDone {
                try await Task.sleep(for: .milliseconds(10))
                let groups = try await messaging.statistics()
                isDone = !groups.isEmpty && groups.allSatisfy { $0.ready + $0.pending == 0 }
            }
            report("done")
        }
        while try await group.next() != nil { group.cancelAll() }
    }
default: fatalError("mode \(arguments[2])")
}
