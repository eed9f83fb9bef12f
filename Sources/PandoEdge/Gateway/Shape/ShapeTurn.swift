/// The body of a response that is held until it is complete, to be shaped; its head waits with it. Bounded.
final class ShapeTurn {
    let rules: ShapeRules
    let asked: FieldTree?
    let bytes: OutputBytes

    init(_ rules: ShapeRules, _ asked: FieldTree?, _ bytes: OutputBytes) {
        self.rules = rules
        self.asked = asked
        self.bytes = bytes
    }

    /// The shaped body; nil where it is no JSON.
    func shaped() -> OutputBytes? {
        let output = OutputBytes(capacity: max(64, bytes.count))
        do throws(JSONFault) {
            try JSONShaper.shape(bytes.bytes, keep: rules.keep, asked: asked, drop: rules.drop, into: output)
            return output
        } catch {
            return nil
        }
    }
}
