import HTTPTypes
import PandoDatabase
import PandoEvents
import Testing

@testable import Pando

@Suite struct BlockErrorsTests {
    @Test(arguments: [
        (DatabaseError.Code.constraintViolated(.unique), 409), (.constraintViolated(.check), 422), (.busy, 503),
        (.timedOut, 503), (.full, 503), (.outcomeUnknown, 500), (.idempotencyKeyReused, 422), (.corrupt, 500),
        (.statementRefused, 500), (.engine, 500), (.valueRefused, 422), (.constraintViolated(.notNull), 500),
    ]) func databaseErrorsHaveOneMapping(code: DatabaseError.Code, status: Int) throws {
        let (problem, isDefect) = ProblemMapper().problem(for: DatabaseError(code, "secret: /var/lib/x.sqlite"))
        #expect(problem.status.code == status)
        #expect(problem.detail?.contains("secret") != true)
        #expect(isDefect == (status == 500 || code == .full))
    }

    @Test(arguments: [
        (EventsError.Code.invalidCursor, 400), (.invalidQuery, 400), (.projectionNotReady("x"), 503),
        (.invalidDocument, 422), (.undecodableEvent("x"), 500),
    ]) func eventsErrorsHaveOneMapping(code: EventsError.Code, status: Int) {
        #expect(ProblemMapper().problem(for: EventsError(code, "secret")).problem.status.code == status)
    }

    @Test func whatIsStoredAndCannotBeDecodedIsNoFaultOfTheClient() throws {
        let error = #expect(throws: DecodingError.self) { try JSONText("{}").decode(Int.self) }
        let (problem, isDefect) = ProblemMapper().problem(for: try #require(error))
        #expect(problem.status.code == 500)
        #expect(isDefect)
    }

    @Test func ownMappingComesFirst() {
        struct SoldOut: Error {}
        let code = ProblemCode("sold-out", .conflict, "Sold out")
        let mapper = ProblemMapper([{ $0 is SoldOut ? Problem(code) : nil }])
        #expect(mapper.problem(for: SoldOut()).problem.code == code)
        #expect(ProblemMapper().problem(for: SoldOut()).isDefect)
    }

    @Test func bodyNeverRepeatsReservedMembersNorFailsOnInfinity() {
        let problem = Problem(.conflict, members: ["status": 1, "extra": .number(.infinity)])
        let text = String(decoding: problem.json(instance: "/x", requestID: "r"), as: UTF8.self)
        #expect(text.contains("\"status\":409"))
        #expect(!text.contains("extra"))
    }

    @Test(arguments: [
        (["a", "b"], "/a/b"), (["a/b", "c~d"], "/a~1b/c~0d"), ([], ""),
    ]) func pointersAreEscaped(path: [String], pointer: String) {
        struct Key: CodingKey {
            let stringValue: String
            var intValue: Int? { nil }
            init(stringValue: String) { self.stringValue = stringValue }
            init?(intValue: Int) { nil }
        }
        #expect(FieldError.pointer(path.map { Key(stringValue: $0) }) == pointer)
    }
}
