import PandoTesting
import Testing

@Suite(.timeLimit(.minutes(1))) struct ServiceClientTests {
    @Test func aClientKeepsItsCookiesAndNobodyElses() async throws {
        try await withService(EchoApp()) { service in
            let mina = service.newClient()
            let answer = try await mina.get("/login")
            #expect(answer.status == 303)
            #expect(answer.header("location") == "/me")
            #expect(try await mina.get("/me").text == "who=mina")
            #expect(try await mina.newClient().get("/me").text == "nobody")
            #expect(try await service.get("/me").text == "nobody")
            try await mina.get("/logout")
            #expect(try await mina.get("/me").text == "nobody")
        }
    }

    @Test func formsAreEncoded() async throws {
        try await withService(EchoApp()) { service in
            let answer = try await service.client.post("/form", form: [("a b", "c&d=é"), ("e", "+")])
            #expect(answer.text == "application/x-www-form-urlencoded a%20b=c%26d%3D%C3%A9&e=%2B")
        }
    }

    @Test func anAnswerIsDecodedOrSaysWhatIsMissing() async throws {
        try await withService(EchoApp()) { service in
            try await service.post("/say", json: "hello")
            try await service.becomesQuiet()
            #expect(try await service.get("/times?words=hello").json(Int.self) == 1)
            await #expect(throws: DecodingError.self) { try await service.get("/times").json([String].self) }
        }
    }

    @Test func aPathWithoutASlashIsRefused() async throws {
        try await withService(EchoApp()) { service in
            let error = await #expect(throws: TestingError.self) { try await service.get("times") }
            #expect(error?.code == .invalidPath)
        }
    }
}
