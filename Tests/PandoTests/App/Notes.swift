import Distributed
import Foundation
import Hummingbird
import PandoCache
import PandoDatabase
import PandoDomains
import PandoEvents
import PandoMessaging
import Synchronization

@testable import Pando

/// A small app of two domains, for the tests of the node.
struct NotesApp: App {
    static let name = "notes"
    var domains: [any Domain] { [Audit(), Notes()] }
}

enum NoteEvent: DomainEvent {
    case written(text: String)
}

struct NoteWritten: Message {
    static let topic = "note-written"
    let id: Identifier
    let text: String
}

struct Note: Codable, Sendable {
    var id: Identifier
    var text: String
}

struct NewNote: Codable {
    var text: String
}

/// Writes notes.
struct Notes: Domain {
    static let name = "notes"

    func register(_ domain: inout DomainBuilder) throws {
        let database = domain.database
        let events = domain.events
        let cache: Cache<Identifier, Note> = domain.cache("notes")
        domain.migrations {
            Migration(1, "create notes") {
                CreateTable("notes", sharding: .reference) {
                    Column("id", .identifier)
                    Column("text", .text)
                    PrimaryKey("id")
                }
            }
        }
        domain.routes { router in
            router.post("notes") { request, context in
                let new = try await request.decode(as: NewNote.self, context: context)
                let note = Note(id: Identifier(), text: new.text)
                try await database.write { tx in
                    try await tx.execute("INSERT INTO notes (id, text) VALUES (\(note.id), \(note.text))")
                    let stream = StreamID(category: "note", key: "\(note.id)")
                    try await events.append([NoteEvent.written(text: note.text)], to: stream, expecting: .none, in: tx)
                    try await tx.publish(NoteWritten(id: note.id, text: note.text))
                }
                return EditedResponse(status: .created, response: note)
            }
            router.get("notes/{id}") { _, context in
                guard let id = context.parameters.get("id").flatMap({ Identifier($0) }) else {
                    throw Problem(.notFound)
                }
                let note = try await cache.valueIfPresent(for: id, ttl: .seconds(60), absentTTL: .zero) {
                    try await database.read {
                        try await $0.first("SELECT id, text FROM notes WHERE id = \(id)", as: Note.self)
                    }
                }
                guard let note else { throw Problem(.notFound) }
                return note
            }
            router.get("trespass") { _, _ in
                try await database.read { try await $0.first("SELECT count(*) FROM audit", as: Int.self) }.map(
                    String.init
                ) ?? ""
            }
        }
        let audit = try domain.interface(AuditInterface.self)
        let interfaces = domain.interfaces
        domain.routes { router in
            router.get("counted") { _, _ in
                let count = try await audit.count()
                let again = try await interfaces.call(AuditInterface.self) { try await $0.count() }
                return "\(count) \(again)"
            }
        }
        _ = domain.staticFiles(["site.css": Array("body {}".utf8)])
    }
}

extension Note: ResponseEncodable {}

/// What the audit offers to other domains.
distributed actor AuditInterface: DomainInterface {
    typealias ActorSystem = DomainSystem

    private let database: Database

    init(_ database: Database, actorSystem: DomainSystem) {
        self.database = database
        self.actorSystem = actorSystem
    }

    distributed func count() async throws -> Int {
        try await database.read { try await $0.first("SELECT count(*) FROM audit", as: Int.self) } ?? 0
    }
}

/// Counts what was written, from messages alone.
struct Audit: Domain {
    static let name = "audit"

    func register(_ domain: inout DomainBuilder) throws {
        let database = domain.database
        domain.migrations {
            Migration(1, "create audit") {
                CreateTable("audit", sharding: .reference) {
                    Column("id", .identifier)
                    PrimaryKey("id")
                }
            }
        }
        try domain.provide { AuditInterface(database, actorSystem: $0) }
        try domain.consume(NoteWritten.self, as: "audit") { message, tx in
            try await tx.execute("INSERT INTO audit (id) VALUES (\(message.id))")
        }
        domain.routes { router in
            router.get("audit") { _, _ in
                try await database.read { try await $0.first("SELECT count(*) FROM audit", as: Int.self) }.map(
                    String.init
                ) ?? ""
            }
        }
    }
}
