// The process that CrashTests kill: it writes numbered rows, several at a time, and says each number once it is durable.
import PandoDatabase

#if canImport(Glibc)
    import Glibc
#endif

let arguments = CommandLine.arguments
guard arguments.count == 3 else {
    print("usage: crash-child DATABASE ROUNDS | crash-child DATABASE QUERY")
    exit(2)
}
let database = try await Database.open(Database.Configuration(path: arguments[1]))
guard let rounds = Int(arguments[2]) else {
    // What is there after a crash, seen by a fresh process. A table that no migration made yet has no numbers.
    let numbers = try await database.read { tx in
        do {
            return try await tx.all("\(raw: arguments[2])", as: Int.self)
        } catch let error as DatabaseError where error.code == .statementRefused {
            return []
        }
    }
    print(numbers.map(String.init).joined(separator: "\n"))
    exit(0)
}
try await database.migrate([
    DomainMigrations(
        domain: "crash",
        [
            Migration(1, "create numbers") {
                CreateTable("numbers", sharding: .by("number")) {
                    Column("number", .bigint)
                    Column("filler", .bytes)
                    PrimaryKey("number")
                }
                CreateTable("pairs", sharding: .by("number")) {
                    Column("number", .bigint)
                    PrimaryKey("number")
                }
            }
        ]
    )
])

/// One line, straight to the pipe: what was said has been said, whenever the process dies.
func say(_ number: Int) {
    let line = Array("\(number)\n".utf8)
    _ = line.withUnsafeBytes { write(1, $0.baseAddress, $0.count) }
}

for round in 0..<rounds {
    try await withThrowingTaskGroup(of: Void.self) { group in
        for lane in 0..<4 {
            group.addTask {
                let number = round * 4 + lane
                try await database.write { tx in
                    try await tx.execute("INSERT INTO numbers VALUES (\(number), \([UInt8](repeating: 7, count: 700)))")
                    try await tx.execute("INSERT INTO pairs VALUES (\(number))")
                }
                say(number)
            }
        }
        try await group.waitForAll()
    }
}
