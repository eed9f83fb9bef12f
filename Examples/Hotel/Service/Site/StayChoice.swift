import PandoDatabase

/// The dates that a visitor chose: a stay, none yet, or days that make no stay which can be booked.
struct StayChoice: Sendable {
    /// What the visitor entered; the form shows it again, so that it can be corrected.
    let entered: StayParameters
    let value: Stay?

    /// Something was entered, and it is no stay between today and the last night on sale.
    let isBad: Bool

    init(_ entered: StayParameters, today: LocalDate) {
        self.entered = entered
        do {
            let stay = try entered.stay()
            isBad = stay.map { $0.from < today || $0.to > today + DemoData.horizon } ?? false
            value = isBad ? nil : stay
        } catch {
            value = nil
            isBad = true
        }
    }
}
