import Foundation
import PandoTopology
import TestSupport
import Testing

@testable import PandoCommands

@Suite struct DoctorTests {
    @Test func portInUseNamesTheProcessAndHowToEndIt() throws {
        let listener = try LoopbackPort()
        defer { withExtendedLifetime(listener) {} }
        let port = listener.number
        let finding = PortCheck(purpose: .admin, address: Address(host: "127.0.0.1", port: port)).finding()
        #expect(finding.state == .failed)
        #expect(finding.found.contains("in use by"))
        #expect(finding.found.contains("(process \(getpid()))"))
        #expect(finding.remedy.hasPrefix("kill \(getpid()) "))
        #expect(finding.remedy.contains("--admin HOST:PORT"))
    }

    /// The table of sockets is longer than a page then.
    @Test func ownerIsFoundAmongManySockets() throws {
        let listeners = try (0..<60).map { _ in try LoopbackPort() }
        for listener in listeners { #expect(PortOwner.find(port: listener.number)?.pid == Int(getpid())) }
        withExtendedLifetime(listeners) {}
    }

    @Test func portOfTheRunningAppIsWhereItShouldBe() async throws {
        try await withTemporaryFolder { folder in
            let listener = try LoopbackPort()
            defer { withExtendedLifetime(listener) {} }
            let port = listener.number
            let topology = folder + "/t.yaml"
            try Data("pando: 1\nnodes:\n  - {role: all, address: 127.0.0.1:\(port)}\n".utf8)
                .write(to: URL(fileURLWithPath: topology))
            func found() async -> String {
                let recorder = Recorder()
                let arguments = ["doctor", "--topology", topology, "--data", folder]
                _ = await CommandRunner.run(AppCommand<Ledger>.self, arguments, console: recorder.console())
                return recorder.result
            }
            #expect(await found().contains("in use by "))
            // What a process that serves from this database holds, and says whose it is.
            try Data("\(getpid())".utf8).write(to: URL(fileURLWithPath: folder + "/ledger.sqlite.serving"))
            let recognised = await found()
            #expect(recognised.contains("(process \(getpid())) serves there already (site, 127.0.0.1:\(port))"))
            #expect(!recognised.contains("kill"))
            let recorder = Recorder()
            let up = ["up", "--topology", topology, "--data", folder]
            #expect(await CommandRunner.run(AppCommand<Ledger>.self, up, console: recorder.console()) == .failed)
            let words = "serves \(folder)/ledger.sqlite already, at 127.0.0.1:\(port); stop it first"
            #expect(recorder.notes.contains(words))
        }
    }

    @Test func freePortAndForeignAddress() throws {
        #expect(PortCheck(purpose: .site, address: Address(host: "127.0.0.1", port: 0)).finding().state == .ok)
        let foreign = PortCheck(purpose: .site, address: Address(host: "192.0.2.1", port: 8080)).finding()
        #expect(foreign.state == .failed)
        #expect(foreign.found == "192.0.2.1 is not an address of this machine (site)")
    }

    @Test func dataFolderIsWritableAbsentOrAFile() async throws {
        try await withTemporaryFolder { folder in
            #expect(DataFolderCheck(path: folder).findings().first?.found == "\(folder) is writable")
            #expect(DataFolderCheck(path: folder + "/a/b").findings().first?.found == "\(folder)/a/b will be made")
            try Data().write(to: URL(fileURLWithPath: folder + "/file"))
            let file = DataFolderCheck(path: folder + "/file").findings()
            #expect(
                file.first
                    == Finding(
                        "data folder",
                        .failed,
                        "\(folder)/file is a file",
                        remedy: "mv '\(folder)/file' '\(folder)/file.old'"
                    )
            )
        }
    }

    @Test func littleRoomIsAWarningAndNoRoomAFailure() {
        #expect(DataFolderCheck.room(freeBytes: 1 << 40, path: "/d").state == .ok)
        #expect(DataFolderCheck.room(freeBytes: 500 << 20, path: "/d").state == .warning)
        let full = DataFolderCheck.room(freeBytes: 1 << 20, path: "/d")
        #expect(full.state == .failed)
        #expect(full.found == "only 1 MiB free at /d")
    }

    @Test func descriptorLimits() {
        #expect(DescriptorCheck.finding(soft: 65_536, hard: 65_536).state == .ok)
        #expect(DescriptorCheck.finding(soft: 1_024, hard: 524_288).remedy == "ulimit -n 65536")
        #expect(DescriptorCheck.finding(soft: 100, hard: 100).state == .failed)
    }

    @Test func clockThatWentBackIsSeenFromTheFiles() async throws {
        try await withTemporaryFolder { folder in
            try Data().write(to: URL(fileURLWithPath: folder + "/hotel.sqlite"))
            let earlier = ClockCheck(dataFolder: folder, now: Date(timeIntervalSinceNow: -3_600)).findings()
            #expect(earlier.first?.state == .failed)
            #expect(earlier.first?.found.hasPrefix("hotel.sqlite was written 3") == true)
            #expect(ClockCheck(dataFolder: folder).findings().allSatisfy { $0.state != .failed })
            #expect(
                ClockCheck(dataFolder: folder, now: Date(timeIntervalSince1970: 0)).findings().first?.found
                    == "it says 1970-01-01T00:00:00Z"
            )
        }
    }

    @Test func missingLibrariesAreNamedWithTheCommand() async throws {
        try await withTemporaryFolder { folder in
            #expect(LibraryCheck(includeFolders: [folder], packageFolder: folder).findings().isEmpty)
            try Data().write(to: URL(fileURLWithPath: folder + "/Package.swift"))
            for header in ["sqlite3.h", "postgresql/libpq-fe.h", "openssl/ssl.h", "nghttp2/nghttp2.h"] {
                let file = URL(fileURLWithPath: "\(folder)/\(header)")
                let parent = file.deletingLastPathComponent()
                try FileManager.default.createDirectory(at: parent, withIntermediateDirectories: true)
                try Data().write(to: file)
            }
            let finding = LibraryCheck(includeFolders: [folder], packageFolder: folder).findings().first
            #expect(finding?.found == "missing: zlib1g-dev")
            #expect(finding?.remedy.hasSuffix("apt-get install -y zlib1g-dev") == true)
        }
    }

    @Test func mountTableFindsTheNearestMount() {
        let table = MountTable(
            """
            /dev/vda1 / ext4 rw 0 0
            tmpfs /tmp tmpfs rw 0 0
            server:/x /srv/my\\040data nfs4 rw 0 0
            overlay /srv/hotel overlay rw 0 0
            /dev/vdb /srv/hotel xfs rw 0 0
            """
        )
        #expect(table.type(of: "/home/a") == "ext4")
        #expect(table.type(of: "/tmp/data") == "tmpfs")
        #expect(table.type(of: "/tmpfile") == "ext4")
        #expect(table.type(of: "/srv/my data/a") == "nfs4")
        #expect(table.type(of: "/srv/hotel/data") == "xfs")
    }

    @Test func reportIsReadableAndHonest() {
        let report = DoctorReport([
            Finding("port 8080", .failed, "in use", remedy: "kill 7"), Finding("clock", .ok, "right"),
            Finding("open files", .warning, "only 1024", remedy: "ulimit -n 65536"),
        ])
        #expect(!report.healthy)
        #expect(
            report.description == """
                FAILED   port 8080   in use
                         do: kill 7
                ok       clock       right
                warning  open files  only 1024
                         do: ulimit -n 65536
                1 failed, 1 warning
                """
        )
    }

    @Test(arguments: [
        (
            "*** in database main ***\nTree 9 page 319: btreeInitPage() returns error code 11\nPage 320: never used",
            "page 319 does not hold what it should"
        ),
        (
            "row 3 missing from index books_by_title\nrow 4 missing from index books_by_title",
            "row 3 missing from index books_by_title"
        ),
        (
            "b.sqlite: database disk image is malformed (restore the file from a backup): PRAGMA x",
            "SQLite cannot read it"
        ),
    ])
    func damageIsToldByItsFirstFinding(_ message: String, words: String) {
        #expect(DatabaseDamage.firstFinding(in: message) == words)
    }

    @Test func brokenTopologyIsAFinding() async throws {
        try await withTemporaryFolder { folder in
            let file = folder + "/t.yaml"
            try Data("pando: 1\nrung: labtop\n".utf8).write(to: URL(fileURLWithPath: file))
            let recorder = Recorder()
            let arguments = ["--topology", file, "--data", folder, "--json"]
            let status = await CommandRunner.run(DoctorCommand.self, arguments, console: recorder.console())
            #expect(status == .failed)
            #expect(recorder.result.contains("'labtop' is not a rung"))
            #expect(recorder.result.contains(#""healthy":false"#))
        }
    }
}
