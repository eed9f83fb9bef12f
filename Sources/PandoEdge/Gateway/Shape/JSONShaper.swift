/// Copies a JSON text without the members that are not wanted. Values that stay are byte for byte as they were.
struct JSONShaper {
    /// What is wanted at a place; nil for all of it.
    private struct Wish {
        var keep: FieldTree?
        var asked: FieldTree?
        var drop: FieldTree?

        var isForAll: Bool { keep == nil && asked == nil && drop == nil }

        /// What is wanted of a member; nil for nothing.
        func member(_ name: String) -> Wish? {
            var wish = Wish()
            if let keep {
                guard let below = keep.members[name] else { return nil }
                wish.keep = below.isWhole ? nil : below
            }
            if let asked {
                guard let below = asked.members[name] else { return nil }
                wish.asked = below.isWhole ? nil : below
            }
            if let below = drop?.members[name] {
                if below.isWhole { return nil }
                wish.drop = below
            }
            return wish
        }
    }

    private var scanner: JSONScanner
    private let output: OutputBytes

    /// Shapes a text.
    ///
    /// - Throws: where it is no JSON; what is in `output` is of no use then.
    static func shape(
        _ bytes: UnsafeBufferPointer<UInt8>,
        keep: FieldTree?,
        asked: FieldTree?,
        drop: FieldTree?,
        into output: OutputBytes
    ) throws(JSONFault) {
        var shaper = JSONShaper(scanner: JSONScanner(bytes), output: output)
        try shaper.copy(Wish(keep: keep, asked: asked, drop: drop), depth: 0)
        try shaper.scanner.finish()
    }

    private func put(from start: Int) {
        output.append(UnsafeBufferPointer(rebasing: scanner.bytes[start..<scanner.place]))
    }

    private mutating func copy(_ wish: Wish, depth: Int) throws(JSONFault) {
        let kind = try scanner.next()
        guard !wish.isForAll, kind == .object || kind == .array else {
            let start = scanner.place
            try scanner.skip(depth: depth)
            return put(from: start)
        }
        try scanner.enter(depth)
        if kind == .array { try elements(wish, depth) } else { try members(wish, depth) }
    }

    private mutating func elements(_ wish: Wish, _ depth: Int) throws(JSONFault) {
        output.append("[")
        if !scanner.take("]") {
            try copy(wish, depth: depth + 1)
            while scanner.take(",") {
                output.append(",")
                try copy(wish, depth: depth + 1)
            }
            try scanner.expect("]", "an array goes on without a comma")
        }
        output.append("]")
    }

    private mutating func members(_ wish: Wish, _ depth: Int) throws(JSONFault) {
        output.append("{")
        var isFirst = true
        if !scanner.take("}") {
            repeat {
                scanner.skipBlanks()
                let start = scanner.place
                guard let below = wish.member(try scanner.name()) else {
                    try scanner.skip(depth: depth + 1)
                    continue
                }
                if !isFirst { output.append(",") }
                isFirst = false
                put(from: start)
                try copy(below, depth: depth + 1)
            } while scanner.take(",")
            try scanner.expect("}", "an object goes on without a comma")
        }
        output.append("}")
    }
}
