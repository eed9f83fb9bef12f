/// The directives that hold at a place: its own, and those of the blocks around it.
struct NginxScope: Sendable {
    /// The outermost first.
    let levels: [[NginxDirective]]

    func within(_ block: [NginxDirective]) -> NginxScope { NginxScope(levels: levels + [block]) }

    var own: [NginxDirective] { levels.last ?? [] }

    /// nginx inherits a directive only where a level has none of its name.
    func all(_ name: String) -> [NginxDirective] {
        for level in levels.reversed() {
            let found = level.filter { $0.name == name }
            if !found.isEmpty { return found }
        }
        return []
    }

    func one(_ name: String) -> NginxDirective? { all(name).last }
}
