import Foundation
import Testing

@testable import PandoCommands

@Suite struct NewCommandTests {
    /// Makes a folder that looks like a checkout of pando.
    private func makeCheckout(_ folder: String) throws -> String {
        let checkout = folder + "/pando"
        try FileManager.default.createDirectory(atPath: checkout, withIntermediateDirectories: true)
        try Data("let package = Package(name: \"pando\")".utf8).write(
            to: URL(fileURLWithPath: checkout + "/Package.swift")
        )
        return checkout
    }

    @Test func namesTakeTheFormsThatFilesNeed() throws {
        let name = try ServiceName("guest-book2")
        #expect(name.package == "guest-book2")
        #expect(name.type == "GuestBook2")
        #expect(name.library == "GuestBook2Service")
    }

    @Test(arguments: [
        ("", "the name '' is empty"), ("Guestbook", "the name 'Guestbook' does not begin with a lower-case letter"),
        ("9lives", "the name '9lives' does not begin with a lower-case letter"),
        ("guest_book", "the name 'guest_book' has other characters"), ("방명록", "the name '방명록' does not begin"),
        ("a/b", "the name 'a/b' has other characters"), ("../up", "the name '../up' does not begin"),
        ("guest-", "the name 'guest-' has a '-' with nothing after it"), ("pando", "the name 'pando' would clash"),
        ("abcdefghijabcdefghijabcdefghijabcdefghij1", "has more than 40 characters"),
    ])
    func badNamesAreRefusedWithTheReason(_ text: String, reason: String) {
        let failure = #expect(throws: CommandFailure.self) { try ServiceName(text) }
        #expect(failure?.status == .badInput)
        #expect(failure?.problem.contains(reason) == true)
        #expect(failure?.remedy.isEmpty == false)
    }

    @Test func sourceIsACheckoutOrAURL() async throws {
        try await withTemporaryFolder { folder in
            let checkout = try makeCheckout(folder)
            let path = try PandoSource(checkout)
            #expect(path.dependency == ".package(name: \"pando\", path: \"\(checkout)\")")
            #expect(path.package == "pando")
            let url = try PandoSource("https://example.com/someone/pando.git")
            #expect(url.dependency == ".package(url: \"https://example.com/someone/pando.git\", branch: \"main\")")
            #expect(url.package == "pando")
            #expect(throws: CommandFailure.self) { try PandoSource(folder) }
            #expect(throws: CommandFailure.self) { try PandoSource("https://exam\"ple") }
            #expect(PandoSource(builtProgram: checkout + "/.build/x86_64/debug/pando") == .path(checkout))
            #expect(PandoSource(builtProgram: folder + "/.build/debug/pando") == nil)
            #expect(PandoSource(builtProgram: "/usr/bin/pando") == nil)
        }
    }

    @Test func serviceIsWrittenOnceAndWhole() async throws {
        try await withTemporaryFolder { folder in
            let target = folder + "/services/guest-book"
            let arguments = ["guest-book", "--path", target, "--pando", try makeCheckout(folder)]
            let recorder = Recorder()
            #expect(await CommandRunner.run(NewCommand.self, arguments, console: recorder.console()) == .done)
            #expect(recorder.result.contains("swift run guest-book up"))
            #expect(
                recorder.result.hasSuffix(
                    """
                      swift run guest-book up    serves on http://127.0.0.1:8080
                      swift test                 runs its tests
                      swift run guest-book test  runs them on every database engine

                    """
                )
            )
            #expect(recorder.notes.isEmpty)
            for file in ["Package.swift", "README.md", "topology.yaml", ".gitignore"] {
                #expect(FileManager.default.fileExists(atPath: target + "/" + file))
            }
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder + "/services") == ["guest-book"])
            let again = Recorder()
            #expect(await CommandRunner.run(NewCommand.self, arguments, console: again.console()) == .badInput)
            #expect(again.notes == "new: \(target) exists already; choose another name or --path, or remove it\n")
        }
    }

    @Test func failureLeavesNothingBehind() async throws {
        try await withTemporaryFolder { folder in
            try Data().write(to: URL(fileURLWithPath: folder + "/file"))
            let failure = #expect(throws: CommandFailure.self) {
                try NewCommand.write([ServiceTemplate.File(path: "a/b", text: "x")], to: folder + "/file/service")
            }
            #expect(failure?.status == .failed)
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["file"])
        }
    }

    @Test func writtenTopologyIsOneThatRuns() async throws {
        let files = ServiceTemplate(name: try ServiceName("guestbook"), source: .path("/pando")).files
        let topology = try #require(files.first { $0.path == "topology.yaml" })
        try await withTemporaryFolder { folder in
            let file = folder + "/topology.yaml"
            try Data(topology.text.utf8).write(to: URL(fileURLWithPath: file))
            #expect(await TopologyCommandTests.run("check", file).status == .done)
        }
    }

    @Test func everyFileIsFilledIn() throws {
        let files = ServiceTemplate(name: try ServiceName("guest-book"), source: .path("/pando")).files
        #expect(files.count >= 6)
        for file in files {
            #expect(file.text.hasSuffix("\n"))
            #expect(!file.text.contains("\t"))
            #expect(!file.text.contains("{{"))
        }
        let domain = try #require(files.first { $0.path.hasSuffix("/Entries.swift") }).text
        #expect(domain.contains(#"router.get("/")"#))
        let manifest = try #require(files.first { $0.path == "Package.swift" }).text
        #expect(manifest.contains(".package(name: \"pando\", path: \"/pando\")"))
        #expect(manifest.contains(".product(name: \"PandoTesting\", package: \"pando\")"))
        #expect(manifest.contains(".executableTarget(\n            name: \"guest-book\""))
    }
}
