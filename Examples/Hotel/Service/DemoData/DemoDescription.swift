/// Says what a hotel of the demo is like, in both languages of the site.
struct DemoDescription {
    let district: DemoCity.District
    let rooms: Int
    let stars: Int
    let amenities: [Amenity]

    func text(variant: Int) -> Localized {
        let character = character(variant)
        return Localized(en: "\(character.en) \(extra.en)", ko: "\(character.ko) \(extra.ko)")
    }

    private func character(_ variant: Int) -> Localized {
        let place = district.name
        let korean = district.korean
        return switch variant {
        case 0:
            Localized(
                en: "A quiet house of \(rooms) rooms in \(place), a few steps from the cafés and far from the traffic.",
                ko: "\(korean)에 자리한 객실 \(rooms)개의 조용한 숙소입니다. 카페 거리는 가깝고 차 소리는 멉니다."
            )
        case 1:
            Localized(
                en: "\(rooms) bright rooms over \(place), with wide windows, good desks and better beds.",
                ko: "\(korean) 풍경이 보이는 객실 \(rooms)개. 넓은 창과 편한 책상, 더 편한 침대가 있습니다."
            )
        case 2:
            Localized(
                en:
                    "Family-run in \(place) since the corner was a market: \(rooms) rooms and a cook who remembers you.",
                ko: "시장 골목이던 시절부터 \(korean)에서 손님을 맞아 온 가족 경영 호텔. 객실 \(rooms)개와 손님을 기억하는 주방장이 있습니다."
            )
        default:
            Localized(
                en:
                    "A calm base for walking \(place): \(rooms) rooms, linen that smells of sun, breakfast until eleven.",
                ko: "\(korean) 산책의 출발점. 객실 \(rooms)개, 햇볕에 말린 침구, 열한 시까지의 여유가 있습니다."
            )
        }
    }

    private var extra: Localized {
        if amenities.contains(.onsen) {
            return Localized(en: "The bath is fed by a hot spring.", ko: "온천수가 솟는 대욕장이 있습니다.")
        }
        if amenities.contains(.pool) {
            return Localized(en: "Swim before breakfast; the pool opens at six.", ko: "수영장은 아침 여섯 시에 엽니다.")
        }
        if amenities.contains(.rooftop) {
            return Localized(en: "Go up to the roof for the evening.", ko: "저녁에는 옥상에서 노을을 보세요.")
        }
        if amenities.contains(.garden) {
            return Localized(en: "The garden is open to guests all day.", ko: "정원은 하루 종일 열려 있습니다.")
        }
        return stars >= 4
            ? Localized(en: "The front desk never sleeps, and knows the way.", ko: "프런트는 24시간 열려 있습니다.")
            : Localized(en: "Simple, clean and fairly priced.", ko: "소박하고 깨끗하며 값이 정직합니다.")
    }
}
