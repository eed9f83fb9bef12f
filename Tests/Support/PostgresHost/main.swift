import Logging
import PandoConductor

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

// Serves the folder that it is given until its standard input ends; says "ready HOST PORT PROCESS" once.
do {
    let arguments = CommandLine.arguments
    var configuration = LocalPostgres.Configuration(folder: arguments[1])
    configuration.settings = ["fsync": "off", "shared_buffers": "16MB"]
    try await LocalPostgres.run(configuration, logger: Logger(label: "postgres-host")) { postgres in
        print("ready \(postgres.host) \(postgres.port) \(postgres.processID)", terminator: "\n")
        fflush(nil)
        while readLine() != nil {}
    }
} catch {
    print("failed \(error)")
}
