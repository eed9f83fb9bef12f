/// The times that a worker's exchanges want to be told of.
///
/// One row for each delay: what is set later in a row rings later, so that setting, ending and ringing cost the same whatever the number.
final class Alarms {
    /// A time of one exchange; set again it forgets the time before.
    final class Alarm {
        unowned let exchange: Exchange
        fileprivate var due: UInt64 = 0
        fileprivate var row: Row?
        fileprivate var next: Alarm?
        fileprivate unowned(unsafe) var previous: Alarm?

        init(_ exchange: Exchange) { self.exchange = exchange }
    }

    fileprivate final class Row {
        let delay: UInt64
        var first: Alarm?
        var last: Alarm?

        init(delay: UInt64) { self.delay = delay }
    }

    private var rows: [Row] = []
    /// When the first of all rings, or earlier.
    private(set) var due = UInt64.max

    /// Rows of delays that the configuration does not have any more go when there are more than so many.
    private static let manyRows = 32

    /// Has an exchange told when so many nanoseconds have gone.
    func set(_ alarm: Alarm, in delay: UInt64, at now: UInt64) {
        end(alarm)
        let row = self.row(delay)
        alarm.due = now &+ delay
        alarm.row = row
        alarm.previous = row.last
        if let last = row.last { last.next = alarm } else { row.first = alarm }
        row.last = alarm
        due = min(due, alarm.due)
    }

    private func row(_ delay: UInt64) -> Row {
        if let row = rows.first(where: { $0.delay == delay }) { return row }
        if rows.count >= Self.manyRows { rows.removeAll { $0.first == nil } }
        let row = Row(delay: delay)
        rows.append(row)
        return row
    }

    /// Forgets the time.
    func end(_ alarm: Alarm) {
        guard let row = alarm.row else { return }
        if let previous = alarm.previous { previous.next = alarm.next } else { row.first = alarm.next }
        if let next = alarm.next { next.previous = alarm.previous } else { row.last = alarm.previous }
        (alarm.row, alarm.next, alarm.previous) = (nil, nil, nil)
    }

    /// Tells those whose time has come.
    func ring(at now: UInt64) {
        // Who is told may set others, in rows that are new.
        var index = 0
        while index < rows.count {
            let row = rows[index]
            while let first = row.first, first.due <= now {
                end(first)
                first.exchange.alarmRang()
            }
            index += 1
        }
        due = rows.reduce(.max) { min($0, $1.first?.due ?? .max) }
    }
}
