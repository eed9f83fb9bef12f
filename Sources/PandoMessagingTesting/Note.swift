import PandoDatabase
import PandoMessaging

/// The suite's message.
struct Note: Message {
    static let topic = "conformance-note"
    let number: Int
    var key: String?
}

/// The same topic as ``Note``, as a program sees it that expects something else.
struct StrangeNote: Message {
    static let topic = Note.topic
    let number: [Int]
}

extension MessagingFixture {
    /// Publishes notes, each in a transaction of its own.
    func publish(_ notes: [Note]) async throws {
        for note in notes {
            try await database.write { tx in try await tx.publish(note, key: note.key) }
        }
    }

    /// Publishes notes with these numbers and no key.
    func publish(_ numbers: ClosedRange<Int>) async throws {
        try await publish(numbers.map { Note(number: $0) })
    }
}

/// What a handler throws on purpose.
struct Refusal: Error, CustomStringConvertible {
    let description: String
}
