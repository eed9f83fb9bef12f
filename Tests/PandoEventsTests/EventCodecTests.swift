import PandoDatabase
import Testing

@testable import PandoEvents

@Suite struct EventCodecTests {
    /// A second version of an event that was once `moved(to: String)` in one case `went`.
    private enum Trip: DomainEvent, Equatable {
        case moved(city: String, by: String)
        case ended

        static let schemaVersion = 3

        static func upcast(_ event: inout StoredEvent, from version: Int) throws {
            switch version {
            case 1:
                guard let value = event.payload["went"] else { return }
                event.payload = ["moved": value]
            case 2:
                guard var value = event.payload["moved"] else { return }
                value["city"] = value["to"]
                value["to"] = nil
                value["by"] = "train"
                event.payload["moved"] = value
            default: throw UnknownVersion()
            }
        }
    }

    private struct UnknownVersion: Error {}
    private struct Note: DomainEvent, Equatable { var text: String }

    private func event(_ type: String, _ payload: String, schema: Int = 1) -> RecordedEvent {
        RecordedEvent(
            id: Identifier(),
            stream: StreamID(category: "trip", key: "1"),
            version: 1,
            position: 1,
            eventType: type,
            schemaVersion: schema,
            recordedAt: .now,
            cause: EventCause(),
            payload: payload
        )
    }

    @Test func namesEventsByTheirCases() {
        #expect(Trip.ended.eventType == "ended")
        #expect(Trip.moved(city: "Seoul", by: "bus").eventType == "moved")
        #expect(Note(text: "").eventType == "Note")
    }

    @Test func bringsOldEventsUpStepByStep() throws {
        let first = event("went", #"{"went":{"to":"Busan"}}"#)
        #expect(try first.decode(Trip.self) == .moved(city: "Busan", by: "train"))
        let second = event("moved", #"{"moved":{"to":"Busan"}}"#, schema: 2)
        #expect(try second.decode(Trip.self) == .moved(city: "Busan", by: "train"))
        let third = event("moved", #"{"moved":{"city":"Busan","by":"bus"}}"#, schema: 3)
        #expect(try third.decode(Trip.self) == .moved(city: "Busan", by: "bus"))
    }

    @Test func tellsWhyAnEventCannotBeRead() async {
        let newer = event("moved", "{}", schema: 4)
        #expect(
            await EventsError.code { _ = try newer.decode(Trip.self) }
                == .newerEventSchema("moved", stored: 4, known: 3)
        )
        let unknown = event("flew", #"{"flew":{"to":"Busan"}}"#)
        #expect(await EventsError.code { _ = try unknown.decode(Trip.self) } == .unknownEventType("flew"))
        for payload in [#"{"moved":{"city":1}}"#, #"{"moved":{}}"#, "[]", "{", #"{"moved":{},"ended":{}}"#] {
            let broken = event("moved", payload, schema: 3)
            #expect(
                await EventsError.code { _ = try broken.decode(Trip.self) } == .undecodableEvent("moved"),
                "\(payload)"
            )
        }
        let note = event("Note", #"{"title":"x"}"#)
        #expect(await EventsError.code { _ = try note.decode(Note.self) } == .undecodableEvent("Note"))
    }

    @Test func messagesSayWhereAndHoldNoPayload() throws {
        let broken = event("moved", #"{"moved":{"secret":1}}"#, schema: 3)
        let error = #expect(throws: EventsError.self) { try broken.decode(Trip.self) }
        #expect(error?.message.contains("version 1 of trip/1 (position 1)") == true)
        #expect(error?.message.contains("secret") == false)
    }

    @Test func anyJSONSurvivesARoundTrip() throws {
        let value: JSONValue = [
            "a": [1, 2.5, -3, "x", true, .null, []], "b": ["c": [:]], "n": .integer(9_007_199_254_740_993),
            "é": "\u{0}\u{1F600}",
        ]
        #expect(try EventCodec.decode(JSONValue.self, from: EventCodec.encode(value)) == value)
    }
}
