// swift-tools-version: 6.3
import PackageDescription

// The order of the targets is the order of the house (docs/architecture.md): a module depends only on modules above it.

let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .enableUpcomingFeature("InferIsolatedConformances"),
    .enableUpcomingFeature("ImmutableWeakCaptures"),
    .treatAllWarnings(as: .error),
]

func product(_ name: String, _ package: String) -> Target.Dependency { .product(name: name, package: package) }

let package = Package(
    name: "pando",
    platforms: [.macOS(.v15)],
    products: [
        .library(name: "Pando", targets: ["Pando"]),
        .library(name: "PandoCommands", targets: ["PandoCommands"]),
        .library(name: "PandoTopology", targets: ["PandoTopology"]),
        .library(name: "PandoTelemetry", targets: ["PandoTelemetry"]),
        .library(name: "PandoDatabase", targets: ["PandoDatabase"]),
        .library(name: "PandoCache", targets: ["PandoCache"]),
        .library(name: "PandoMessaging", targets: ["PandoMessaging"]),
        .library(name: "PandoMessagingTesting", targets: ["PandoMessagingTesting"]),
        .library(name: "PandoEvents", targets: ["PandoEvents"]),
        .library(name: "PandoDomains", targets: ["PandoDomains"]),
        .library(name: "PandoEdge", targets: ["PandoEdge"]),
        .library(name: "PandoLoad", targets: ["PandoLoad"]),
        .library(name: "PandoConductor", targets: ["PandoConductor"]),
        .library(name: "PandoDashboard", targets: ["PandoDashboard"]),
        .library(name: "PandoTesting", targets: ["PandoTesting"]),
        .executable(name: "pando", targets: ["PandoTool"]),
        .executable(name: "hotel", targets: ["hotel"]),
    ],
    dependencies: [
        .package(url: "https://github.com/hummingbird-project/hummingbird.git", from: "2.28.1"),
        .package(url: "https://github.com/apple/swift-nio.git", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl.git", from: "2.37.6"),
        .package(url: "https://github.com/swift-server/async-http-client.git", from: "1.37.0"),
        .package(url: "https://github.com/apple/swift-http-types.git", from: "1.8.0"),
        // Only its product GRDBSQLite, the raw SQLite library, is used: docs/decisions/0001-raw-sqlite.md.
        .package(url: "https://github.com/groue/GRDB.swift.git", from: "7.10.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle.git", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-log.git", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-metrics.git", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-distributed-tracing.git", from: "1.7.3"),
        .package(url: "https://github.com/apple/swift-service-context.git", from: "1.5.1"),
        .package(url: "https://github.com/apple/swift-argument-parser.git", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto.git", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-collections.git", from: "1.6.0"),
        // Without its trait that brings Foundation in.
        .package(url: "https://github.com/swiftlang/swift-subprocess.git", from: "1.0.2", traits: []),
        .package(url: "https://github.com/apple/swift-system.git", from: "1.8.1"),
        .package(url: "https://github.com/jpsim/Yams.git", from: "6.2.2"),
        .package(url: "https://github.com/HdrHistogram/hdrhistogram-swift.git", from: "0.2.0"),
        .package(url: "https://github.com/swiftlang/swift-docc-plugin.git", from: "1.5.0"),
    ],
    targets: [
        .target(name: "PandoTopology", dependencies: [product("Yams", "Yams")]),
        .target(
            name: "PandoTelemetry",
            dependencies: [
                product("Logging", "swift-log"), product("CoreMetrics", "swift-metrics"),
                product("Tracing", "swift-distributed-tracing"),
                product("ServiceContextModule", "swift-service-context"),
                product("ServiceLifecycle", "swift-service-lifecycle"), product("AsyncHTTPClient", "async-http-client"),
                product("NIOCore", "swift-nio"), product("NIOHTTP1", "swift-nio"),
                product("DequeModule", "swift-collections"),
            ]
        ),
        .target(
            name: "PandoDatabase",
            dependencies: [
                "PandoTelemetry", "CPostgres", product("GRDBSQLite", "GRDB.swift"), product("Crypto", "swift-crypto"),
                product("DequeModule", "swift-collections"), product("NIOCore", "swift-nio"),
                product("NIOPosix", "swift-nio"),
            ]
        ),
        .systemLibrary(name: "CPostgres", providers: [.apt(["libpq-dev"])]),
        // Who leaves a full cache; for the near cache and for the edge's.
        .target(name: "PandoEviction"),
        .target(
            name: "PandoCache",
            dependencies: [
                "PandoEviction", "PandoTelemetry", "PandoDatabase", product("Crypto", "swift-crypto"),
                product("ServiceLifecycle", "swift-service-lifecycle"), product("Logging", "swift-log"),
            ]
        ),
        .target(
            name: "PandoMessaging",
            dependencies: [
                "PandoTelemetry", "PandoDatabase", product("Logging", "swift-log"),
                product("ServiceLifecycle", "swift-service-lifecycle"), product("Tracing", "swift-distributed-tracing"),
                product("DequeModule", "swift-collections"),
            ]
        ),
        .target(
            name: "PandoMessagingTesting",
            dependencies: [
                "PandoMessaging", "PandoDatabase", "PandoTelemetry", product("Logging", "swift-log"),
                product("ServiceLifecycle", "swift-service-lifecycle"),
            ]
        ),
        .target(
            name: "PandoEvents",
            dependencies: [
                "PandoTelemetry", "PandoDatabase", "PandoMessaging", product("Logging", "swift-log"),
                product("ServiceLifecycle", "swift-service-lifecycle"),
            ]
        ),
        .target(
            name: "PandoDomains",
            dependencies: ["PandoTelemetry", product("Tracing", "swift-distributed-tracing")]
        ),
        .target(
            name: "Pando",
            dependencies: [
                "PandoTopology", "PandoTelemetry", "PandoDatabase", "PandoCache", "PandoMessaging", "PandoEvents",
                "PandoDomains", "CZlib",
                product("Hummingbird", "hummingbird"), product("HummingbirdCore", "hummingbird"),
                product("HTTPTypes", "swift-http-types"), product("NIOCore", "swift-nio"),
                product("NIOPosix", "swift-nio"),
                product("NIOHTTP1", "swift-nio"), product("NIOFoundationCompat", "swift-nio"),
                product("DequeModule", "swift-collections"),
                product("ServiceLifecycle", "swift-service-lifecycle"), product("Logging", "swift-log"),
                product("Tracing", "swift-distributed-tracing"),
                product("ServiceContextModule", "swift-service-context"),
                product("Crypto", "swift-crypto"), product("_CryptoExtras", "swift-crypto"),
            ]
        ),
        .systemLibrary(name: "CZlib", providers: [.apt(["zlib1g-dev"])]),
        .systemLibrary(name: "COpenSSL", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(name: "CNghttp2", providers: [.apt(["libnghttp2-dev"])]),
        .target(
            name: "PandoEdge",
            dependencies: [
                "PandoTopology", "PandoTelemetry", "PandoEviction", "CEpoll", "COpenSSL", "CNghttp2", "CZlib",
                product("DequeModule", "swift-collections"), product("Logging", "swift-log"),
                product("Crypto", "swift-crypto"), product("_CryptoExtras", "swift-crypto"), product("Yams", "Yams"),
                product("AsyncHTTPClient", "async-http-client"), product("NIOCore", "swift-nio"),
                product("NIOHTTP1", "swift-nio"), product("NIOSSL", "swift-nio-ssl"),
            ],
            resources: [.embedInCode("Admin/Resources/edge.html")]
        ),
        .systemLibrary(name: "CEpoll"),
        .target(
            name: "PandoTesting",
            dependencies: [
                "Pando", "PandoDatabase", "PandoMessaging", "PandoEvents",
                product("AsyncHTTPClient", "async-http-client"), product("NIOCore", "swift-nio"),
                product("NIOHTTP1", "swift-nio"), product("ServiceLifecycle", "swift-service-lifecycle"),
                product("Logging", "swift-log"),
            ]
        ),
        .target(
            name: "PandoConductor",
            dependencies: [
                product("Subprocess", "swift-subprocess"), product("SystemPackage", "swift-system"),
                product("Logging", "swift-log"),
            ]
        ),
        .target(
            name: "PandoDashboard",
            dependencies: [
                "PandoTelemetry", product("Hummingbird", "hummingbird"), product("HTTPTypes", "swift-http-types"),
                product("NIOCore", "swift-nio"), product("ServiceLifecycle", "swift-service-lifecycle"),
                product("DequeModule", "swift-collections"),
            ],
            resources: [.embedInCode("Resources/dashboard.html")]
        ),
        .target(
            name: "PandoLoad",
            dependencies: [
                product("NIOCore", "swift-nio"), product("NIOPosix", "swift-nio"),
                product("Histogram", "hdrhistogram-swift"),
            ]
        ),
        .target(
            name: "PandoCommands",
            dependencies: [
                "Pando", "PandoConductor", "PandoDashboard", "PandoEdge", "PandoLoad", "PandoTopology",
                "PandoTelemetry",
                "PandoDatabase", "PandoCache",
                "PandoMessaging", "PandoEvents", "PandoDomains",
                product("ArgumentParser", "swift-argument-parser"),
                product("ServiceLifecycle", "swift-service-lifecycle"),
                product("UnixSignals", "swift-service-lifecycle"), product("Logging", "swift-log"),
                product("Subprocess", "swift-subprocess"), product("SystemPackage", "swift-system"),
            ]
        ),
        .executableTarget(
            name: "PandoTool",
            dependencies: ["PandoCommands", "PandoTopology", product("ArgumentParser", "swift-argument-parser")]
        ),
        .target(
            name: "HotelService",
            dependencies: [
                "Pando", "PandoCommands", "PandoLoad", "PandoDatabase", "PandoCache", "PandoMessaging", "PandoEvents",
                "PandoDomains", "PandoTelemetry",
                product("Hummingbird", "hummingbird"), product("HTTPTypes", "swift-http-types"),
                product("NIOCore", "swift-nio"), product("NIOPosix", "swift-nio"), product("Logging", "swift-log"),
                product("Crypto", "swift-crypto"), product("_CryptoExtras", "swift-crypto"),
            ],
            path: "Examples/Hotel/Service",
            resources: [
                .embedInCode("Resources/openapi.json"), .embedInCode("Resources/site.css"),
                .embedInCode("Resources/site.js"), .embedInCode("Resources/icon.svg"),
            ]
        ),
        .executableTarget(
            name: "hotel",
            dependencies: ["HotelService", "PandoCommands"],
            path: "Examples/Hotel/Main"
        ),

        // What the tests of several modules need.
        .target(name: "TestSupport", dependencies: ["PandoDatabase"], path: "Tests/Support/TestSupport"),
        .testTarget(name: "PandoTopologyTests", dependencies: ["PandoTopology", "TestSupport"]),
        .testTarget(
            name: "PandoTelemetryTests",
            dependencies: [
                "PandoTelemetry", product("Tracing", "swift-distributed-tracing"), product("Logging", "swift-log"),
                product("CoreMetrics", "swift-metrics"), product("ServiceContextModule", "swift-service-context"),
                product("ServiceLifecycle", "swift-service-lifecycle"), product("NIOCore", "swift-nio"),
                product("NIOPosix", "swift-nio"), product("NIOHTTP1", "swift-nio"),
            ]
        ),
        .executableTarget(name: "crash-child", dependencies: ["PandoDatabase"], path: "Tests/Support/CrashChild"),
        .testTarget(
            name: "PandoDatabaseTests",
            dependencies: [
                "PandoDatabase", "TestSupport", "crash-child", "PandoTelemetry", product("GRDBSQLite", "GRDB.swift"),
                product("NIOCore", "swift-nio"), product("NIOPosix", "swift-nio"),
            ]
        ),
        .testTarget(
            name: "PandoCacheTests",
            dependencies: ["PandoCache", "PandoEviction", "PandoDatabase", "PandoTelemetry", "TestSupport"]
        ),
        // Publishes and consumes until the tests of PandoMessaging kill it.
        .executableTarget(
            name: "messaging-crash",
            dependencies: ["PandoMessaging", "PandoDatabase", "PandoTelemetry", product("Logging", "swift-log")],
            path: "Tests/Support/MessagingCrash"
        ),
        .testTarget(
            name: "PandoMessagingTests",
            dependencies: [
                "PandoMessaging", "PandoMessagingTesting", "PandoDatabase", "PandoTelemetry", "messaging-crash",
                product("Logging", "swift-log"),
            ]
        ),
        .testTarget(
            name: "PandoEventsTests",
            dependencies: [
                "PandoEvents", "PandoMessaging", "PandoDatabase", "PandoTelemetry", "TestSupport",
                product("Logging", "swift-log"),
            ]
        ),
        .testTarget(name: "PandoDomainsTests", dependencies: ["PandoDomains", "PandoTelemetry"]),
        .testTarget(
            name: "PandoTests",
            dependencies: [
                "Pando", "PandoDashboard", "PandoTelemetry", "PandoDatabase", "PandoCache", "PandoMessaging",
                "PandoDomains", "PandoEvents", "CZlib", "TestSupport",
                product("Hummingbird", "hummingbird"), product("HummingbirdCore", "hummingbird"),
                product("HummingbirdTesting", "hummingbird"), product("ServiceLifecycle", "swift-service-lifecycle"),
                product("ServiceLifecycleTestKit", "swift-service-lifecycle"),
                product("HTTPTypes", "swift-http-types"), product("NIOCore", "swift-nio"),
                product("NIOPosix", "swift-nio"),
                product("NIOHTTP1", "swift-nio"), product("Logging", "swift-log"),
            ]
        ),
        // Runs a private PostgreSQL until the tests of PandoConductor end it, as another user too.
        .executableTarget(
            name: "postgres-host",
            dependencies: ["PandoConductor", product("Logging", "swift-log")],
            path: "Tests/Support/PostgresHost"
        ),
        .testTarget(
            name: "PandoConductorTests",
            dependencies: [
                "PandoConductor", "TestSupport", "postgres-host", product("Subprocess", "swift-subprocess"),
                product("SystemPackage", "swift-system"), product("Logging", "swift-log"),
            ]
        ),
        // The database block on servers of its own, which it kills, freezes and cuts off.
        .testTarget(
            name: "PandoPostgresTests",
            dependencies: [
                "PandoDatabase", "PandoConductor", "TestSupport", product("Subprocess", "swift-subprocess"),
                product("SystemPackage", "swift-system"), product("Logging", "swift-log"),
            ]
        ),
        // Serves until the tests of PandoEdge have it hand over, or kill it.
        .executableTarget(name: "edge-process", dependencies: ["PandoEdge"], path: "Tests/Support/EdgeProcess"),
        .testTarget(
            name: "PandoEdgeTests",
            dependencies: [
                "PandoEdge", "PandoTelemetry", "COpenSSL", "CNghttp2", "CZlib", "TestSupport", "edge-process",
                product("Crypto", "swift-crypto"), product("_CryptoExtras", "swift-crypto"),
            ]
        ),
        .testTarget(
            name: "PandoDashboardTests",
            dependencies: [
                "PandoDashboard", "PandoTelemetry", product("Hummingbird", "hummingbird"),
                product("HummingbirdTesting", "hummingbird"), product("HTTPTypes", "swift-http-types"),
                product("NIOCore", "swift-nio"),
            ]
        ),
        .testTarget(
            name: "PandoLoadTests",
            dependencies: [
                "PandoLoad", product("Histogram", "hdrhistogram-swift"), product("NIOCore", "swift-nio"),
                product("NIOPosix", "swift-nio"), product("NIOHTTP1", "swift-nio"),
            ]
        ),
        .testTarget(
            name: "PandoTestingTests",
            dependencies: [
                "PandoTesting", "Pando", "PandoDatabase", "PandoMessaging", product("Hummingbird", "hummingbird"),
                product("ServiceLifecycle", "swift-service-lifecycle"),
            ]
        ),
        .testTarget(
            name: "PandoCommandsTests",
            dependencies: [
                "PandoCommands", "Pando", "PandoTopology", "PandoDatabase", "PandoLoad", "PandoConductor",
                "PandoMessaging", "PandoEvents", "PandoTelemetry", "PandoEdge", "TestSupport",
                product("ArgumentParser", "swift-argument-parser"), product("Subprocess", "swift-subprocess"),
                product("Logging", "swift-log"), product("GRDBSQLite", "GRDB.swift"),
            ]
        ),
        // Runs as a process of its own, on disks, clocks and files that fail.
        .executableTarget(
            name: "journal-service",
            dependencies: [
                "Pando", "PandoCommands", "PandoDatabase", "PandoCache", "PandoMessaging", "PandoTelemetry",
                product("Hummingbird", "hummingbird"), product("CoreMetrics", "swift-metrics"),
                product("Tracing", "swift-distributed-tracing"),
            ],
            path: "Tests/Support/JournalService"
        ),
        .testTarget(
            name: "PandoServiceTests",
            dependencies: [
                "journal-service", "PandoDatabase", "TestSupport", product("AsyncHTTPClient", "async-http-client"),
                product("NIOCore", "swift-nio"), product("NIOHTTP1", "swift-nio"),
            ]
        ),
        .testTarget(
            name: "HotelTests",
            dependencies: [
                "HotelService", "hotel", "Pando", "PandoEdge", "PandoTesting", "PandoDatabase", "PandoMessaging",
                "PandoTelemetry",
                product("HTTPTypes", "swift-http-types"), product("NIOCore", "swift-nio"),
                product("NIOPosix", "swift-nio"), product("Logging", "swift-log"), product("Crypto", "swift-crypto"),
            ],
            path: "Examples/Hotel/Tests"
        ),
    ],
    swiftLanguageModes: [.v6]
)

for target in package.targets where target.type != .system {
    target.swiftSettings = (target.swiftSettings ?? []) + settings
}
