import PandoDatabase

/// A kind of room in one hotel: all its rooms are alike, so one is as good as another.
struct RoomType: Codable, Hashable, Sendable {
    let id: Identifier
    let hotelID: Identifier
    let kind: RoomKind
    /// How many people sleep in it.
    let guests: Int
    /// How many the hotel has.
    let rooms: Int
    /// What a night costs before weekend and season.
    let basePrice: Money
}

/// The make of a room.
enum RoomKind: String, Codable, Hashable, Sendable, CaseIterable {
    case single, double, twin, superior, deluxe, family, suite, ondol, tatami

    var guests: Int {
        switch self {
        case .single: 1
        case .double, .twin, .superior: 2
        case .deluxe, .ondol, .tatami: 3
        case .family, .suite: 4
        }
    }

    var squareMetres: Int {
        switch self {
        case .single: 14
        case .double: 20
        case .twin: 22
        case .superior, .tatami: 28
        case .ondol: 30
        case .deluxe: 36
        case .family: 42
        case .suite: 60
        }
    }
}
