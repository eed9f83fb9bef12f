import ArgumentParser
import Foundation
import Pando
import PandoDatabase

/// `doctor` of an app: this machine, its topology and its database.
struct AppDoctorCommand<A: App>: Command {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "doctor",
            abstract: "Find what is missing or in the way on this machine, and the exact command that mends it.",
            discussion: """
                Changes nothing. Status 1 where something failed; warnings leave it 0. The app may run meanwhile.

                EXAMPLES
                  \(A.name) doctor
                  \(A.name) doctor --deep --json
                """
        )
    }

    @OptionGroup var service: ServiceOptions
    @Flag(help: "Also read and check every page of the database; a minute for gigabytes.")
    var deep = false
    @OptionGroup var output: OutputOptions

    func run(_ console: Console) async throws -> CommandStatus {
        let app = A()
        let place = try? service.place(app)  // a broken topology is a finding already
        var report = try DoctorCommand.examine(
            service.topology,
            data: service.dataFolder,
            domains: app.domainNames,
            isOwn: { place?.isServed(by: $0) ?? false }
        )
        if let place {
            report = DoctorReport(report.findings + [try await finding(place, console)])
        }
        try console.result(report)
        return report.healthy ? .done : .failed
    }

    private func finding(_ place: ServicePlace, _ console: Console) async throws -> Finding {
        do {
            try place.requireChosenEngine()
        } catch let failure as CommandFailure {
            return Finding("database", .failed, failure.problem, remedy: failure.remedy)
        }
        switch place.database {
        case .file(let path): return await fileFinding(path, console)
        case .local(let folder): return await ServerDatabaseCheck.programs(for: folder)
        case .server(let server): return await ServerDatabaseCheck.reach(server)
        }
    }

    private func fileFinding(_ path: String, _ console: Console) async -> Finding {
        let head = DatabaseHeadCheck(path: path, command: A.name).finding()
        return deep && head.state == .ok ? await databaseFinding(path, console) : head
    }

    private func databaseFinding(_ path: String, _ console: Console) async -> Finding {
        guard FileManager.default.fileExists(atPath: path) else {
            return Finding("database", .ok, "\(path) will be made")
        }
        do {
            try await console.progress("checking every page of \(path)") { _ in try await Database.check(path) }
            return Finding("database", .ok, "\(path) is whole")
        } catch let error as DatabaseError where error.code == .corrupt {
            let damage = DatabaseDamage.words(for: error, at: path)
            return Finding("database", .failed, "\(path) \(damage)", remedy: "\(A.name) restore BACKUP")
        } catch {
            return Finding("database", .failed, ErrorText.words(of: error), remedy: "\(A.name) restore BACKUP")
        }
    }
}
