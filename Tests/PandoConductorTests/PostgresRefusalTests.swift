import Foundation
import TestSupport
import Testing

@testable import PandoConductor

/// What cannot be served, and what is said of it.
@Suite(.serialized) struct PostgresRefusalTests {
    @Test func missingProgramsAreNamedWithTheirPackage() async throws {
        try await PostgresFixture.with { fixture in
            let error = await #expect(throws: ConductorError.self) {
                try await LocalPostgres.run(fixture.configuration, programs: [], logger: fixture.logger) { _ in }
            }
            #expect(error?.code == .engineMissing)
            #expect(error?.message.contains("apt-get install postgresql") == true)
        }
    }

    @Test func archiversThatAreMissingOrTooOldAreNamedWithTheirPackage() async throws {
        let missing = await #expect(throws: ConductorError.self) {
            try await PostgresArchiver.find(forServer: 150_000, in: [])
        }
        #expect(missing?.code == .engineMissing)
        #expect(missing?.message.contains("apt-get install postgresql-client") == true)
        let old = await #expect(throws: ConductorError.self) { try await PostgresArchiver.find(forServer: 990_001) }
        #expect(old?.code == .versionMismatch)
        #expect(old?.message.contains("the server is PostgreSQL 99, and pg_dump ") == true)
        #expect(old?.message.hasSuffix("apt-get install postgresql-client-99") == true)
    }

    @Test func installationSaysItsVersion() async throws {
        let installation = try await PostgresInstallation.find()
        #expect(Int(installation.majorVersion) != nil)
        #expect(FileManager.default.isExecutableFile(atPath: "\(installation.folder)/initdb"))
    }

    @Test(.timeLimit(.minutes(1))) func dataOfAnotherVersionIsRefused() async throws {
        try await PostgresFixture.with { fixture in
            try await fixture.run { _ in }
            let version = "\(fixture.data)/PG_VERSION"
            try Data("9\n".utf8).write(to: URL(fileURLWithPath: version))
            let error = await #expect(throws: ConductorError.self) { try await fixture.run { _ in } }
            #expect(error?.code == .versionMismatch)
            #expect(error?.message.contains("made by PostgreSQL 9,") == true)

            try FileManager.default.removeItem(atPath: version)
            let other = await #expect(throws: ConductorError.self) { try await fixture.run { _ in } }
            #expect(other?.code == .folderRefused)
            #expect(other?.message.contains("no PG_VERSION") == true)
        }
    }

    @Test func fileInPlaceOfTheFolderIsRefused() async throws {
        try await PostgresFixture.with { fixture in
            try Data().write(to: URL(fileURLWithPath: fixture.folder))
            let error = await #expect(throws: ConductorError.self) { try await fixture.run { _ in } }
            #expect(error?.code == .folderRefused)
        }
    }

    /// A copy that root has made belongs to root, whom PostgreSQL refuses.
    @Test(.enabled(if: geteuid() == 0)) func foldersOfAnotherUserAreNamedOnceBeforeAnythingIsMade() async throws {
        try await PostgresFixture.with { fixture in
            for part in ["", "/data", "/log"] {
                let path = fixture.folder + part
                try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
            }
            let postgres = try ServerUser.serving(nil).name
            let (data, log) = (fixture.data, fixture.folder + "/log")
            let error = await #expect(throws: ConductorError.self) { try await fixture.run { _ in } }
            #expect(error?.code == .folderRefused)
            #expect(
                error?.message
                    == "\(data) belongs to root, and PostgreSQL runs as \(postgres): chown -R \(postgres) \(data) \(log)"
            )
            let made = try FileManager.default.contentsOfDirectory(atPath: fixture.folder).sorted()
            #expect(made == ["data", "log"])
        }
    }

    @Test(.enabled(if: geteuid() == 0)) func ordinaryUserIsToldWhoseTheFolderIsAndHowToGetIt() async throws {
        try await PostgresFixture.with { fixture in
            try FileManager.default.createDirectory(atPath: fixture.data, withIntermediateDirectories: true)
            let path = try PostgresFolder.realPath(fixture.folder)
            let nobody = try #require(ServerUser(65_534))
            func words() -> String? {
                let error = #expect(throws: ConductorError.self) { try PostgresFolder.requireOwn(path, nobody) }
                return error?.message
            }
            let whose = "and this is \(nobody.name): "
            let take = "sudo chown -R \(nobody.name) \(path)"
            #expect(words() == "\(path) belongs to root, \(whose)\(take)")
            #expect(chown(fixture.data, 1, 1) == 0)
            #expect(words() == "\(path) belongs to root, \(whose)start as root, or \(take)")
            #expect(chown(path, 1, 1) == 0)
            let daemon = ServerUser.name(of: 1)
            #expect(words() == "\(path) belongs to \(daemon), \(whose)start as \(daemon) or root, or \(take)")
            #expect(chown(path, nobody.userID, nobody.groupID) == 0)
            #expect(chown(fixture.data, nobody.userID, nobody.groupID) == 0)
            try PostgresFolder.requireOwn(path, nobody)
        }
    }

    @Test(.enabled(if: geteuid() == 0)) func closedFolderAboveIsNamed() async throws {
        try await PostgresFixture.with { fixture in
            #expect(chmod(fixture.parent, 0o700) == 0)
            let error = await #expect(throws: ConductorError.self) { try await fixture.run { _ in } }
            #expect(error?.code == .folderRefused)
            #expect(error?.message.contains("user postgres, who may not enter") == true)
        }
    }

    @Test(.timeLimit(.minutes(1)), .enabled(if: geteuid() == 0)) func ordinaryUserServesAndOthersStayOut() async throws
    {
        let nobody: uid_t = 65_534
        try await PostgresFixture.with { fixture in
            #expect(chown(fixture.parent, nobody, nobody) == 0)
            try await fixture.withHost(as: nobody) { _, says in
                try await eventually("it says more") { says().count > 1 }
                #expect(says().prefix(3) == ["ready", "\(fixture.folder)/run", "5432"])
                let owner = try #require(FileStatus(fixture.data)).owner
                #expect(owner == nobody)
            }
            try await eventually("all processes are gone") { PostgresProcesses(servingData: fixture.data).all.isEmpty }
            // Root serves it as its owner, and nothing changes hands.
            try await fixture.run { postgres in
                try await postgres.expect("SELECT 1", "1")
                try await postgres.expect("SELECT 1", "1", as: nobody)
                try await postgres.expect("SELECT 1", nil, as: 1)
            }
        }
    }

    @Test(arguments: [(64, 32), (512, 128), (4_096, 1_024), (65_536, 1_024)])
    func buffersAreAQuarterOfTheMemory(megabytes: Int, expected: Int) {
        #expect(PostgresSettings.sharedBuffersMB(memoryBytes: megabytes * 1_048_576) == expected)
    }
}
