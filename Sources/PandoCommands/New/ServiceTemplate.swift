import PandoTopology

/// The files of a new service: a guest book of one domain, with its tables and routes, a message and its consumer.
struct ServiceTemplate: Sendable {
    /// One file.
    struct File: Sendable, Hashable {
        /// Below the folder of the service.
        let path: String
        /// What it holds.
        let text: String
    }

    let name: ServiceName
    let source: PandoSource

    /// Every file, in the order in which a person reads them.
    var files: [File] {
        [
            File(path: "README.md", text: readme),
            File(path: "Package.swift", text: manifest),
            File(path: "topology.yaml", text: topology),
            File(path: ".gitignore", text: ".build/\ndata/\n"),
            File(path: "Sources/\(name.package)/Main.swift", text: main),
            File(path: "Sources/\(name.library)/\(name.type).swift", text: app),
            File(path: "Sources/\(name.library)/Entries.swift", text: domain),
            File(path: "Sources/\(name.library)/Entry.swift", text: model),
            File(path: "Tests/\(name.library)Tests/EntriesTests.swift", text: tests),
        ]
    }

    private var topology: String {
        """
        # What runs where. '\(name.package) topology check' says what is wrong with it.
        \(Topology(.laptop).yaml)
        """
    }

    private var manifest: String {
        """
        // swift-tools-version: 6.3
        import PackageDescription

        let package = Package(
            name: "\(name.package)",
            platforms: [.macOS(.v15)],
            dependencies: [
                \(source.dependency),
                .package(url: "https://github.com/hummingbird-project/hummingbird.git", from: "2.28.1"),
            ],
            targets: [
                .target(
                    name: "\(name.library)",
                    dependencies: [
                        .product(name: "Pando", package: "\(source.package)"),
                        .product(name: "PandoDatabase", package: "\(source.package)"),
                        .product(name: "PandoMessaging", package: "\(source.package)"),
                        .product(name: "Hummingbird", package: "hummingbird"),
                    ]
                ),
                .executableTarget(
                    name: "\(name.package)",
                    dependencies: [
                        "\(name.library)",
                        .product(name: "PandoCommands", package: "\(source.package)"),
                    ]
                ),
                .testTarget(
                    name: "\(name.library)Tests",
                    dependencies: [
                        "\(name.library)",
                        .product(name: "PandoTesting", package: "\(source.package)"),
                    ]
                ),
            ]
        )

        """
    }

    private var readme: String {
        """
        # \(name.type)

        A service on Pando.

        ```sh
        swift run \(name.package) up          # serves on http://127.0.0.1:8080, the dashboard on http://127.0.0.1:9090
        swift test                    # its tests, on SQLite
        swift run \(name.package) test        # the same on every database engine, with a table
        ```

        Try it:

        ```sh
        curl http://127.0.0.1:8080/
        curl -d '{"author": "Ada", "text": "Hello"}' -H 'Content-Type: application/json' http://127.0.0.1:8080/api/entries
        curl http://127.0.0.1:8080/api/entries
        curl http://127.0.0.1:8080/api/authors
        ```

        `swift run \(name.package) --help` lists what else it can do: back itself up, check this machine, replay what failed,
        put itself under load.

        | file | holds |
        |---|---|
        | `Sources/\(name.library)/\(name.type).swift` | the app: its name and its domains |
        | `Sources/\(name.library)/Entries.swift` | a domain: tables, routes, consumers |
        | `Sources/\(name.library)/Entry.swift` | what the domain stores and tells others |
        | `topology.yaml` | what runs where |

        """
    }
}
