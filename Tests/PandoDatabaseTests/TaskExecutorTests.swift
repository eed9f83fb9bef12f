import Dispatch
import Testing

@testable import PandoDatabase

/// Tasks that prefer an executor of their own, as those that serve connections do.
@Suite struct TaskExecutorTests {
    /// Runs jobs on a queue of its own.
    private final class QueueExecutor: TaskExecutor {
        private let queue = DispatchQueue(label: "test-executor")

        func enqueue(_ job: consuming ExecutorJob) {
            let job = UnownedJob(job)
            queue.async { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
        }

        func isCurrent() { dispatchPrecondition(condition: .onQueue(queue)) }
    }

    @Test(.timeLimit(.minutes(1))) func writeAndReadFromAnyExecutor() async throws {
        let database = try await Database.open(.temporary())
        try await database.migrate([
            DomainMigrations(
                domain: "notes",
                [
                    Migration(1, "create notes") {
                        CreateTable("notes", sharding: .by("id")) {
                            Column("id", .bigint)
                            Column("text", .text)
                            PrimaryKey("id")
                        }
                    }
                ]
            )
        ])
        let notes = database.domain("notes")
        let executor = QueueExecutor()
        try await withThrowingDiscardingTaskGroup { group in
            for id in 1...200 {
                group.addTask(executorPreference: executor) {
                    try await notes.write { tx in
                        try await tx.execute("INSERT INTO notes (id, text) VALUES (\(id), \("note"))")
                        try await tx.execute("UPDATE notes SET text = \("note \(id)") WHERE id = \(id)")
                    }
                    executor.isCurrent()
                    let text = try await notes.read { tx in
                        try await tx.first("SELECT text FROM notes WHERE id = \(id)", as: String.self)
                    }
                    executor.isCurrent()
                    #expect(text == "note \(id)")
                }
            }
        }
        #expect(try await notes.read { tx in try await tx.first("SELECT count(*) FROM notes", as: Int.self) } == 200)
        await database.close()
    }
}
