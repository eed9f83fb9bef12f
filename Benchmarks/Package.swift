// swift-tools-version: 6.3
import PackageDescription

// Benchmarks are executables that print ratios within one run; each says in its first lines what it measures.

let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .enableUpcomingFeature("InferIsolatedConformances"),
    .enableUpcomingFeature("ImmutableWeakCaptures"),
    .treatAllWarnings(as: .error),
]

let package = Package(
    name: "pando-benchmarks",
    platforms: [.macOS(.v15)],
    dependencies: [
        .package(name: "pando", path: ".."),
        .package(url: "https://github.com/hummingbird-project/hummingbird.git", from: "2.28.1"),
        .package(url: "https://github.com/apple/swift-log.git", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-argument-parser.git", from: "1.8.2"),
    ],
    targets: [
        .executableTarget(
            name: "BlockRates",
            dependencies: [
                .product(name: "PandoCache", package: "pando"), .product(name: "PandoDatabase", package: "pando"),
                .product(name: "PandoEvents", package: "pando"), .product(name: "PandoMessaging", package: "pando"),
                .product(name: "PandoTelemetry", package: "pando"), .product(name: "Logging", package: "swift-log"),
            ],
            path: "Benchmarks/BlockRates"
        ),
        .executableTarget(
            name: "PostgresRates",
            dependencies: [.product(name: "PandoDatabase", package: "pando")],
            path: "Benchmarks/PostgresRates"
        ),
        .executableTarget(
            name: "PlainServer",
            dependencies: [.product(name: "Hummingbird", package: "hummingbird")],
            path: "Benchmarks/PlainServer"
        ),
        .executableTarget(
            name: "HTTPRatio",
            dependencies: [
                .product(name: "PandoLoad", package: "pando"),
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            path: "Benchmarks/HTTPRatio"
        ),
    ],
    swiftLanguageModes: [.v6]
)

for target in package.targets { target.swiftSettings = settings }
