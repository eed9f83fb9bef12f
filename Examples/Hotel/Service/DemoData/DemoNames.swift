/// The words that hotels of the demo are named with.
struct DemoNames: Sendable {
    typealias Word = (latin: String, local: String?)
    typealias Pattern = (latin: String, local: String?)

    let words: [Word]
    /// `*` stands for the word and `@` for the district.
    let patterns: [Pattern]

    /// The name of a hotel and, where the city writes otherwise than in Latin letters, its local name.
    func name(_ word: Word, _ pattern: Pattern, in district: DemoCity.District) -> (latin: String, local: String?) {
        let latin = Self.fill(pattern.latin, word.latin, district.name)
        guard let local = pattern.local, let localWord = word.local else { return (latin, nil) }
        return (latin, Self.fill(local, localWord, district.local ?? district.name))
    }

    private static func fill(_ pattern: String, _ word: String, _ district: String) -> String {
        pattern.reduce(into: "") { text, character in
            switch character {
            case "*": text += word
            case "@": text += district
            default: text.append(character)
            }
        }
    }
}

extension DemoCity.Naming {
    var names: DemoNames {
        switch self {
        case .korean: .korean
        case .japanese: .japanese
        case .chinese: .chinese
        case .english: .english
        case .romance: .romance
        case .germanic: .germanic
        case .nordic: .nordic
        case .tropical: .tropical
        }
    }
}

extension DemoNames {
    static let korean = DemoNames(
        words: [
            ("Haneul", "하늘"), ("Baram", "바람"), ("Byeolbit", "별빛"), ("Dalbit", "달빛"), ("Maru", "마루"), ("Nuri", "누리"),
            ("Gaon", "가온"), ("Cheongsol", "청솔"), ("Areum", "아름"), ("Onyu", "온유"), ("Yeoul", "여울"), ("Damso", "담소"),
            ("Mirinae", "미리내"), ("Haetsal", "햇살"), ("Garam", "가람"), ("Dasom", "다솜"), ("Narae", "나래"), ("Hanbit", "한빛"),
        ],
        patterns: [
            ("Hotel * @", "호텔 * @"), ("* Stay @", "* 스테이 @"), ("* House @", "* 하우스 @"), ("* Hanok @", "* 한옥 @"),
        ]
    )

    static let japanese = DemoNames(
        words: [
            ("Sakura", "さくら"), ("Tsukimi", "月見"), ("Komorebi", "木漏れ日"), ("Hinode", "日の出"), ("Akari", "灯"),
            ("Hoshizora", "星空"), ("Matsukaze", "松風"), ("Midori", "みどり"), ("Yuzu", "柚子"), ("Kawasemi", "翡翠"),
            ("Asagiri", "朝霧"), ("Kaede", "楓"), ("Tsubaki", "椿"), ("Suzume", "すずめ"), ("Minato", "みなと"), ("Hibiki", "響"),
        ],
        patterns: [("Hotel * @", "ホテル* @"), ("Ryokan * @", "旅館 * @"), ("* Inn @", "*イン @")]
    )

    static let chinese = DemoNames(
        words: [
            ("Yueguang", "月光"), ("Qingfeng", "清風"), ("Hehua", "荷花"), ("Zhulin", "竹林"), ("Yunhai", "雲海"),
            ("Songtao", "松濤"), ("Meihua", "梅花"), ("Chenxi", "晨曦"),
        ],
        patterns: [("Hotel * @", "*酒店 @"), ("* House @", "*旅舍 @")]
    )

    static let english = DemoNames(
        words: [
            ("Alder", nil), ("Linden", nil), ("Meridian", nil), ("Harbour", nil), ("Wren", nil), ("Foxglove", nil),
            ("Marlowe", nil), ("Juniper", nil), ("Ashby", nil), ("Lantern", nil), ("Heron", nil), ("Thistle", nil),
            ("Beacon", nil), ("Larkspur", nil), ("Whitmore", nil), ("Sparrow", nil),
        ],
        patterns: [("The * @", nil), ("* House @", nil), ("* Hotel @", nil)]
    )

    static let romance = DemoNames(
        words: [
            ("Aurora", nil), ("Luna", nil), ("Stella", nil), ("Bellavista", nil), ("Miramar", nil), ("Magnolia", nil),
            ("Laurel", nil), ("Olivia", nil), ("Serena", nil), ("Alba", nil), ("Celeste", nil), ("Verbena", nil),
            ("Camelia", nil), ("Jasmin", nil),
        ],
        patterns: [("Hotel * @", nil), ("* @", nil), ("* Suites @", nil)]
    )

    static let germanic = DemoNames(
        words: [
            ("Linde", nil), ("Falke", nil), ("Edelweiss", nil), ("Krone", nil), ("Amber", nil), ("Kastanie", nil),
            ("Nordlicht", nil), ("Rosengarten", nil), ("Libelle", nil), ("Morgenstern", nil), ("Mohn", nil),
            ("Ahorn", nil),
        ],
        patterns: [("Hotel * @", nil), ("* Hotel @", nil), ("* Living @", nil)]
    )

    static let nordic = DemoNames(
        words: [("Havn", nil), ("Lykke", nil), ("Skog", nil), ("Fjell", nil), ("Vinter", nil), ("Bjørk", nil)],
        patterns: [("Hotel * @", nil), ("* Hotel @", nil)]
    )

    static let tropical = DemoNames(
        words: [
            ("Frangipani", nil), ("Coral", nil), ("Lotus", nil), ("Monsoon", nil), ("Tamarind", nil), ("Hibiscus", nil),
            ("Ginger", nil), ("Teak", nil), ("Pandan", nil), ("Lagoon", nil),
        ],
        patterns: [("The * @", nil), ("* Retreat @", nil), ("Hotel * @", nil)]
    )
}
