/// Why an expression is not taken.
struct PatternFault: Error { let problem: String }

extension TextPattern {
    /// Compiles an expression.
    init(_ text: String) throws(PatternFault) {
        var parser = PatternParser(text)
        self.text = text
        isFromStart = parser.takeStart()
        isToEnd = parser.takeEnd()
        steps = try parser.whole() + [.match]
        if isFromStart || isToEnd, parser.hasTopAlternatives {
            throw PatternFault(problem: "'^' and '$' around alternatives: put these into a group")
        }
    }
}

/// Reads an expression by recursive descent. Where it jumps is relative to the part at hand, until the part is placed.
private struct PatternParser {
    private typealias Step = TextPattern.Step
    private static let stepsLimit = 2_000
    private static let depthLimit = 32

    private var rest: ArraySlice<Unicode.Scalar>
    private(set) var hasTopAlternatives = false
    private var depth = 0

    init(_ text: String) { rest = Array(text.unicodeScalars)[...] }

    mutating func takeStart() -> Bool { take("^") }

    mutating func takeEnd() -> Bool {
        guard rest.last == "$" else { return false }
        // An escaped one is a character.
        guard rest.dropLast().reversed().prefix(while: { $0 == "\\" }).count.isMultiple(of: 2) else { return false }
        rest.removeLast()
        return true
    }

    private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
        guard rest.first == scalar else { return false }
        rest.removeFirst()
        return true
    }

    private func fault(_ problem: String) -> PatternFault { PatternFault(problem: problem) }

    mutating func whole() throws(PatternFault) -> [TextPattern.Step] {
        let steps = try alternatives()
        if !rest.isEmpty { throw fault("a ')' without its '('") }
        return steps
    }

    private mutating func alternatives() throws(PatternFault) -> [Step] {
        var steps = try sequence()
        while take("|") {
            if depth == 0 { hasTopAlternatives = true }
            let other = try sequence()
            steps =
                [.split(1, steps.count + 2)] + Self.moved(steps, 1) + [.jump(steps.count + other.count + 2)]
                + Self.moved(other, steps.count + 2)
        }
        return steps
    }

    private mutating func sequence() throws(PatternFault) -> [Step] {
        var steps: [Step] = []
        while let next = rest.first, next != "|", next != ")" {
            let part = try repeated(try atom())
            steps += Self.moved(part, steps.count)
            if steps.count > Self.stepsLimit { throw fault("it is too large") }
        }
        return steps
    }

    private static func moved(_ steps: [Step], _ by: Int) -> [Step] {
        steps.map { step in
            switch step {
            case .split(let one, let other): .split(one + by, other + by)
            case .jump(let place): .jump(place + by)
            case .take, .match: step
            }
        }
    }

    // MARK: Repetition

    private mutating func repeated(_ part: [Step]) throws(PatternFault) -> [Step] {
        let (low, high): (Int, Int?)
        if take("*") {
            (low, high) = (0, nil)
        } else if take("+") {
            (low, high) = (1, nil)
        } else if take("?") {
            (low, high) = (0, 1)
        } else if rest.first == "{" {
            (low, high) = try bounds()
        } else {
            return part
        }
        // Whether as much or as little as possible is taken makes no difference to a yes or no.
        _ = take("?")
        if let next = rest.first, "*+?{".unicodeScalars.contains(next) { throw fault("a repetition of a repetition") }
        guard part.count * max(high ?? low, 1) <= Self.stepsLimit else { throw fault("it is too large") }
        var steps: [Step] = []
        for _ in 0..<low { steps += Self.moved(part, steps.count) }
        guard let high else {
            let loop: [Step] = [.split(1, part.count + 2)] + Self.moved(part, 1) + [.jump(0)]
            return steps + Self.moved(loop, steps.count)
        }
        for _ in low..<high {
            let option: [Step] = [.split(1, part.count + 1)] + Self.moved(part, 1)
            steps += Self.moved(option, steps.count)
        }
        return steps
    }

    private mutating func bounds() throws(PatternFault) -> (Int, Int?) {
        guard let end = rest.firstIndex(of: "}") else { throw fault("a '{' without its '}'") }
        let text = String(String.UnicodeScalarView(rest[(rest.startIndex + 1)..<end]))
        rest = rest[(end + 1)...]
        let parts = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        guard let low = Int(parts[0]), (0...1_000).contains(low), parts.count <= 2 else {
            throw fault("'{\(text)}' is no number of times, 0 to 1000")
        }
        if parts.count == 1 { return (low, low) }
        if parts[1].isEmpty { return (low, nil) }
        guard let high = Int(parts[1]), (low...1_000).contains(high) else {
            throw fault("'{\(text)}' is no number of times, 0 to 1000")
        }
        return (low, high)
    }

    // MARK: Atoms

    private mutating func atom() throws(PatternFault) -> [Step] {
        let scalar = rest.removeFirst()
        switch scalar {
        case ".": return [.take(.any)]
        case "(": return try group()
        case "[": return [.take(try characterClass())]
        case "\\":
            let (one, characters) = try escape()
            return [.take(characters ?? one.map { CharacterClass(ranges: [$0.value...$0.value]) } ?? .any)]
        case "^", "$": throw fault("'\(scalar)' in the middle")
        case "*", "+", "?", "{": throw fault("'\(scalar)' repeats nothing")
        default: return [.take(CharacterClass(ranges: [scalar.value...scalar.value]))]
        }
    }

    private mutating func group() throws(PatternFault) -> [Step] {
        if take("?"), !take(":") { throw fault("a group that looks around, or has a name") }
        depth += 1
        guard depth <= Self.depthLimit else { throw fault("it goes too deep") }
        let steps = try alternatives()
        depth -= 1
        guard take(")") else { throw fault("a '(' without its ')'") }
        return steps
    }

    /// A character, or a class of them.
    private mutating func escape() throws(PatternFault) -> (Unicode.Scalar?, CharacterClass?) {
        guard let scalar = rest.popFirst() else { throw fault("it ends in a backslash") }
        switch scalar {
        case "d": return (nil, .digits)
        case "D": return (nil, .digits.inverted)
        case "w": return (nil, .word)
        case "W": return (nil, .word.inverted)
        case "s": return (nil, .blanks)
        case "S": return (nil, .blanks.inverted)
        case "t": return ("\t", nil)
        case "n": return ("\n", nil)
        case "r": return ("\r", nil)
        case "f": return ("\u{0C}", nil)
        case "v": return ("\u{0B}", nil)
        case "x": return (try hexadecimal(2), nil)
        case "u": return (try hexadecimal(4), nil)
        default:
            // A letter or a digit would mean something else: a boundary, a group from before, a property.
            if scalar.properties.isAlphabetic || ("0"..."9").contains(scalar) { throw fault("'\\\(scalar)'") }
            return (scalar, nil)
        }
    }

    private mutating func hexadecimal(_ count: Int) throws(PatternFault) -> Unicode.Scalar {
        let digits = String(String.UnicodeScalarView(rest.prefix(count)))
        guard rest.count >= count, let value = UInt32(digits, radix: 16), let scalar = Unicode.Scalar(value) else {
            throw fault("an escape without its \(count) hexadecimal digits")
        }
        rest = rest.dropFirst(count)
        return scalar
    }

    private mutating func characterClass() throws(PatternFault) -> CharacterClass {
        var found = CharacterClass()
        let isInverted = take("^")
        while !take("]") {
            guard let first = try classMember(&found) else { continue }
            guard rest.first == "-", rest.dropFirst().first != "]" else {
                found.ranges.append(first.value...first.value)
                continue
            }
            rest.removeFirst()
            guard let last = try classMember(&found), last.value >= first.value else {
                throw fault("a range that is none")
            }
            found.ranges.append(first.value...last.value)
        }
        return isInverted ? found.inverted : found
    }

    /// A character; nil where it was a class, which is in `found` then.
    private mutating func classMember(_ found: inout CharacterClass) throws(PatternFault) -> Unicode.Scalar? {
        guard let scalar = rest.popFirst() else { throw fault("a '[' without its ']'") }
        guard scalar == "\\" else { return scalar }
        // In a class it is the backspace.
        if take("b") { return "\u{08}" }
        let (one, characters) = try escape()
        if let characters { found.ranges += characters.plainRanges }
        return one
    }
}
