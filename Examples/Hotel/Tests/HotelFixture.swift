import Logging
import Pando
import PandoTesting

@testable import HotelService

/// A hotel service that runs for one test, on a copy of a database that was seeded once.
struct HotelFixture: Sendable {
    let service: TestService
    let client: HotelClient

    /// The first copy of the service.
    var node: Node { service.node }
    /// The folder of its data.
    var folder: String { service.data.folder }

    /// Waits until every consumer has done all its messages.
    func becomesQuiet() async throws { try await service.becomesQuiet() }

    /// Runs the service while `body` does; data that is given is not removed at the end.
    static func run<R: Sendable>(
        on data: TestData? = nil,
        mail: MailSettings = .maildir,
        configure: (inout NodeConfiguration) -> Void = { _ in },
        _ body: @escaping @Sendable (HotelFixture) async throws -> R
    ) async throws -> R {
        guard let data else {
            let copy = try await seededData()
            let outcome: Result<R, any Error>
            do { outcome = .success(try await run(on: copy, mail: mail, configure: configure, body)) } catch {
                outcome = .failure(error)
            }
            try await copy.remove()
            return try outcome.get()
        }
        return try await withService(app(mail), data: data, logger: logger, configure: configure) { service in
            try await body(HotelFixture(service: service, client: HotelClient(client: service.client)))
        }
    }

    /// Data with the demo in it, of the caller's own.
    static func seededData() async throws -> TestData { try await seeded.copy() }

    fileprivate static func app(_ mail: MailSettings) -> HotelApp {
        HotelApp(passwordCost: PasswordHasher.Cost(logRounds: 4, repetitions: 1), mail: mail)
    }

    /// Mails that are refused are a test's own doing.
    fileprivate static var logger: Logger {
        var logger = Logger(label: "hotel-test")
        logger.logLevel = .critical
        return logger
    }

    private static let seeded = SeededData()
}

/// Data with the demo in it, made once for all tests of the process; it ends with the system's temporary folder.
private actor SeededData {
    private var template: Task<TestData, any Error>?

    func copy() async throws -> TestData {
        let template = template ?? Task { try await Self.make() }
        self.template = template
        return try await template.value.copy()
    }

    private static func make() async throws -> TestData {
        let data = try await TestData.make()
        try await withService(HotelFixture.app(.maildir), data: data, copies: 1, logger: HotelFixture.logger) { _ in }
        return data
    }
}
