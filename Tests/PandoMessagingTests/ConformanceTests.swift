import PandoMessaging
import PandoMessagingTesting
import Testing

@Suite struct ConformanceTests {
    @Test(.timeLimit(.minutes(1)), arguments: MessagingRequirement.all)
    func theSQLEngine(meets requirement: MessagingRequirement) async throws {
        try await requirement.check(on: .sqlite())
    }
}
