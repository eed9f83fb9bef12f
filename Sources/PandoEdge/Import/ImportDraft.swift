/// The file that an import writes, part by part, and what there is to say about it.
struct ImportDraft: Sendable {
    /// More notes than anybody reads.
    private static let notesLimit = 10_000

    var listeners: [YAMLMapping] = []
    var upstreams: [(name: String, mapping: YAMLMapping)] = []
    var routes: [YAMLMapping] = []
    /// What stands at the top of the file beside these.
    var file = YAMLMapping(.file)
    private var notes: [(note: EdgeImport.Note, number: Int)] = []
    private var seen: Set<EdgeImport.Note> = []

    mutating func note(_ kind: EdgeImport.Note.Kind, _ place: ImportPlace, _ directive: String, _ advice: String) {
        let words = directive.count > 80 ? directive.prefix(77) + "..." : directive[...]
        let line = words.unicodeScalars.map { $0.value < 0x20 || $0.value == 0x7F ? " " : String($0) }.joined()
        let note = EdgeImport.Note(kind: kind, file: place.file, line: place.line, directive: line, advice: advice)
        guard notes.count < Self.notesLimit, seen.insert(note).inserted else { return }
        notes.append((note, notes.count))
    }

    /// In the order of the original; files in the order in which they were read.
    var sortedNotes: [EdgeImport.Note] {
        var files: [String: Int] = [:]
        for (note, _) in notes where files[note.file] == nil { files[note.file] = files.count }
        return notes.sorted {
            (files[$0.note.file] ?? 0, $0.note.line, $0.number) < (files[$1.note.file] ?? 0, $1.note.line, $1.number)
        }.map(\.note)
    }

    /// A name for an upstream that nobody has yet.
    func freeName(_ wish: String) -> String {
        var name = String(
            wish.unicodeScalars.map { scalar -> Character in
                let isPlain = scalar.isASCII && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar))
                return isPlain || scalar == "_" ? Character(scalar) : "-"
            }.prefix(50)
        )
        if name.isEmpty { name = "upstream" }
        let names = Set(upstreams.map(\.name))
        if !names.contains(name) { return name }
        let number = (2...(names.count + 2)).first { !names.contains("\(name)-\($0)") }
        return "\(name)-\(number ?? 0)"
    }

    func yaml(of original: String) -> String {
        var writer = YAMLWriter()
        writer.comment("Translated from \(original) by 'pando edge import'; read the notes before it is used.")
        if notes.contains(where: { $0.note.kind == .protection }) {
            writer.comment("SOMETHING THAT KEPT PEOPLE OUT IS NOT IN HERE AS IT WAS:")
            for note in sortedNotes where note.kind == .protection { writer.comment("  \(note)") }
        }
        var all = file
        if !listeners.isEmpty { all["listeners"] = .list(listeners.map(YAMLDraft.mapping)) }
        if !upstreams.isEmpty {
            var named = YAMLMapping()
            for (name, mapping) in upstreams { named[name] = .mapping(mapping) }
            all["upstreams"] = .mapping(named)
        }
        if !routes.isEmpty { all["routes"] = .list(routes.map(YAMLDraft.mapping)) }
        writer.write(all)
        return writer.text
    }
}
