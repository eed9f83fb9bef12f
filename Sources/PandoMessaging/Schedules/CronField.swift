/// One field of a cron expression as a set of values.
struct CronField: Hashable, Sendable {
    /// Bit *n* is set where the field matches *n*; every field's values are below 64.
    private(set) var bits: UInt64 = 0
    /// Whether the field was written as `*` or `*/n`: such a day field does not restrict (POSIX crontab).
    private(set) var isWildcard = false

    /// What a field may hold.
    struct Form {
        let name: String
        let range: ClosedRange<Int>
        var names: [String] = []

        static let minute = Form(name: "minute", range: 0...59)
        static let hour = Form(name: "hour", range: 0...23)
        static let dayOfMonth = Form(name: "day of month", range: 1...31)
        static let month = Form(
            name: "month",
            range: 1...12,
            names: ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
        )
        /// 0 and 7 are both Sunday.
        static let dayOfWeek = Form(
            name: "day of week",
            range: 0...7,
            names: ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]
        )
    }

    func contains(_ value: Int) -> Bool { bits & (1 << UInt64(value)) != 0 }

    /// The values that match, ascending.
    var values: [Int] { (0..<64).filter(contains) }

    /// Parses `*`, `5`, `1-5`, `*/15`, `10-20/2` and lists of them.
    init(_ text: Substring, _ form: Form) throws(MessagingError) {
        isWildcard = text.first == "*"
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            try insert(part, form)
        }
        if form.name == Form.dayOfWeek.name, contains(7) { bits = (bits | 1) & ~(1 << 7) }
    }

    private mutating func insert(_ part: Substring, _ form: Form) throws(MessagingError) {
        let pieces = part.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        var step = 1
        if pieces.count == 2 {
            guard let parsed = Int(pieces[1]), parsed > 0, parsed <= form.range.upperBound else {
                throw Self.error(form, "the step in “\(part)” is not 1 to \(form.range.upperBound)")
            }
            step = parsed
        }
        let range = try Self.range(pieces[0], hasStep: pieces.count == 2, form)
        for value in stride(from: range.lowerBound, through: range.upperBound, by: step) { bits |= 1 << UInt64(value) }
    }

    private static func range(
        _ text: Substring,
        hasStep: Bool,
        _ form: Form
    ) throws(MessagingError) -> ClosedRange<Int> {
        if text == "*" { return form.range }
        let ends = text.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        let lower = try value(ends[0], form)
        guard ends.count == 2 else { return hasStep ? lower...form.range.upperBound : lower...lower }
        let upper = try value(ends[1], form)
        guard lower <= upper else { throw error(form, "the range “\(text)” runs backwards") }
        return lower...upper
    }

    private static func value(_ text: Substring, _ form: Form) throws(MessagingError) -> Int {
        if let index = form.names.firstIndex(of: text.lowercased()) { return index + form.range.lowerBound }
        guard !text.isEmpty, text.utf8.allSatisfy({ (48...57).contains($0) }), let value = Int(text),
            form.range.contains(value)
        else {
            throw error(form, "“\(text)” is not \(form.range.lowerBound) to \(form.range.upperBound)")
        }
        return value
    }

    private static func error(_ form: Form, _ problem: String) -> MessagingError {
        MessagingError(.invalidSchedule, "\(form.name): \(problem)")
    }
}
