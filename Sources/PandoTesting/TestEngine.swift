import Foundation
import PandoDatabase

/// `PandoTesting` exists for the authors of services: it runs their app in the process of a test, on a database of its own on
/// whichever engine the suite runs on at the moment.

/// A database engine that a suite runs on.
///
/// `swift test` alone runs on SQLite. The command `test` of an app runs the same suite once on every engine, and says through the
/// environment which one it is. Few tests need to know:
///
/// ```swift
/// @Test(.enabled(if: TestEngine.current == .sqlite)) func aBackupIsOneFile() async throws { … }
/// ```
@nonexhaustive
public enum TestEngine: String, Sendable, CaseIterable {
    /// A file for each test.
    case sqlite
    /// A database for each test, on the server that the environment variable `PANDO_TEST_DATABASE` has the address of.
    case postgresql

    /// The engine that the suite runs on at the moment.
    public static var current: TestEngine {
        let address = ProcessInfo.processInfo.environment[TestServer.variable] ?? ""
        return address.isEmpty ? .sqlite : .postgresql
    }

    /// How many copies of a service share a test's database where the test does not say: as many as the environment variable
    /// `PANDO_TEST_COPIES` has; 1 where it has none, and always on SQLite, which one program serves from.
    public static var copies: Int {
        guard current != .sqlite else { return 1 }
        return ProcessInfo.processInfo.environment["PANDO_TEST_COPIES"].flatMap(Int.init).map { max(1, $0) } ?? 1
    }
}
