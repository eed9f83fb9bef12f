/// A regular expression of ECMA-262 without what needs to look back: it takes time in proportion to the text, whatever the text is.
///
/// Characters, `.`, classes, `\d \w \s` and their opposites, groups, `|`, `* + ?`, `{n,m}`, and `^` and `$` at the ends of the
/// whole expression.
struct TextPattern: Sendable, Equatable {
    /// A step of the machine (Thompson 1968).
    enum Step: Sendable, Equatable {
        /// Takes a character of a class, and goes on with the next step.
        case take(CharacterClass)
        case split(Int, Int)
        case jump(Int)
        case match
    }

    /// The expression as it was written.
    let text: String
    let steps: [Step]
    let isFromStart: Bool
    let isToEnd: Bool

    /// Whether a part of a text is as the expression says.
    func matches(_ text: String) -> Bool {
        var (current, next) = (StepSet(steps.count), StepSet(steps.count))
        if enter(0, &current), !isToEnd { return true }
        for scalar in text.unicodeScalars {
            next.removeAll()
            for step in current.list {
                guard case .take(let characters) = steps[step], characters.contains(scalar) else { continue }
                if enter(step + 1, &next), !isToEnd { return true }
            }
            if !isFromStart, enter(0, &next), !isToEnd { return true }
            swap(&current, &next)
            if current.list.isEmpty { return false }
        }
        return current.list.contains { steps[$0] == .match }
    }

    /// Adds a step and those that it leads to without a character; true where the match is among them.
    private func enter(_ first: Int, _ set: inout StepSet) -> Bool {
        var (open, isMatch) = ([first], false)
        while let step = open.popLast() {
            guard set.insert(step) else { continue }
            switch steps[step] {
            case .take: break
            case .match: isMatch = true
            case .jump(let other): open.append(other)
            case .split(let one, let other): open += [other, one]
            }
        }
        return isMatch
    }

    /// Steps in the order in which they were reached.
    private struct StepSet {
        var list: [Int] = []
        private var has: [Bool]

        init(_ count: Int) { has = [Bool](repeating: false, count: count) }

        mutating func insert(_ step: Int) -> Bool {
            if has[step] { return false }
            has[step] = true
            list.append(step)
            return true
        }

        mutating func removeAll() {
            for step in list { has[step] = false }
            list.removeAll(keepingCapacity: true)
        }
    }
}

/// Characters by their ranges.
struct CharacterClass: Sendable, Equatable {
    var ranges: [ClosedRange<UInt32>] = []
    var isInverted = false

    func contains(_ scalar: Unicode.Scalar) -> Bool { ranges.contains { $0.contains(scalar.value) } != isInverted }

    /// Everything but line ends.
    static let any = CharacterClass(ranges: [0x0A...0x0A, 0x0D...0x0D, 0x2028...0x2029], isInverted: true)
    static let digits = CharacterClass(ranges: [0x30...0x39])
    static let word = CharacterClass(ranges: [0x30...0x39, 0x41...0x5A, 0x5F...0x5F, 0x61...0x7A])
    static let blanks = CharacterClass(
        ranges: [
            0x09...0x0D, 0x20...0x20, 0xA0...0xA0, 0x1680...0x1680, 0x2000...0x200A, 0x2028...0x2029, 0x202F...0x202F,
            0x205F...0x205F, 0x3000...0x3000, 0xFEFF...0xFEFF,
        ]
    )

    /// All that are not of it.
    var inverted: CharacterClass { CharacterClass(ranges: ranges, isInverted: !isInverted) }

    /// The ranges of all that it has.
    var plainRanges: [ClosedRange<UInt32>] {
        guard isInverted else { return ranges }
        var (found, next) = ([ClosedRange<UInt32>](), UInt32(0))
        for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if range.lowerBound > next { found.append(next...(range.lowerBound - 1)) }
            next = max(next, range.upperBound + 1)
        }
        return found + [next...0x10FFFF]
    }
}
