import Testing

@testable import PandoLoad

@Suite struct PreparationTests {
    private static let quick = Preparation(pause: .microseconds(1))

    @Test(arguments: [429, 503]) func notNowIsAskedAgain(_ status: Int) async throws {
        var asked = 0
        let answer = try await Self.quick.run {
            asked += 1
            if asked < 3 { throw LoadError(.unexpectedStatus, "sign up: status \(status)", status: status) }
            return "in"
        }
        #expect(answer == "in")
        #expect(asked == 3)
    }

    @Test func patienceHasAnEnd() async {
        var asked = 0
        let error = await #expect(throws: LoadError.self) {
            try await Self.quick.run {
                asked += 1
                throw LoadError(.noResponse, "sign up: no connection", failure: .waitTimeout)
            }
        }
        #expect(error?.failure == .waitTimeout)
        #expect(asked == Preparation.attempts)
    }

    @Test(arguments: [
        LoadError(.unexpectedStatus, "sign up: status 400", status: 400),
        LoadError(.noResponse, "sign up: refused", failure: .refused),
        LoadError(.noResponse, "sign up: reset", failure: .reset), LoadError(.invalidResponse, "no token"),
    ])
    func otherErrorsAreTheAnswer(_ error: LoadError) async {
        var asked = 0
        let thrown = await #expect(throws: LoadError.self) {
            try await Self.quick.run {
                asked += 1
                throw error
            }
        }
        #expect(thrown?.message == error.message)
        #expect(asked == 1)
    }

    @Test func statusOfAnAnswerIsInItsError() {
        let answer = LoadResponse(status: 503, head: [], body: [])
        let error = #expect(throws: LoadError.self) { try answer.requireSuccess() }
        #expect(error?.status == 503)
    }
}
