extension DemoCity {
    // swift-format-ignore: a table, one city a paragraph
    static let japan: [DemoCity] = [
        DemoCity(
            "tokyo",
            "Tokyo",
            "도쿄",
            local: "東京",
            "JP",
            "JPY",
            .japanese,
            hotels: 30,
            price: 19_800,
            [
                District("Shinjuku", "新宿"), District("Shibuya", "渋谷"), District("Ginza", "銀座"),
                District("Asakusa", "浅草"), District("Ueno", "上野"), District("Roppongi", "六本木"),
                District("Akihabara", "秋葉原"), District("Kagurazaka", "神楽坂"), District("Nihonbashi", "日本橋"),
            ]
        ),
        DemoCity(
            "osaka",
            "Osaka",
            "오사카",
            local: "大阪",
            "JP",
            "JPY",
            .japanese,
            hotels: 19,
            price: 16_400,
            [
                District("Namba", "難波"), District("Umeda", "梅田"), District("Shinsaibashi", "心斎橋"),
                District("Tennoji", "天王寺"), District("Nakanoshima", "中之島"),
            ]
        ),
        DemoCity(
            "kyoto",
            "Kyoto",
            "교토",
            local: "京都",
            "JP",
            "JPY",
            .japanese,
            hotels: 19,
            price: 21_500,
            [
                District("Gion", "祇園"), District("Arashiyama", "嵐山"), District("Higashiyama", "東山"),
                District("Kawaramachi", "河原町"), District("Fushimi", "伏見"),
            ]
        ),
        DemoCity(
            "fukuoka",
            "Fukuoka",
            "후쿠오카",
            local: "福岡",
            "JP",
            "JPY",
            .japanese,
            hotels: 11,
            price: 13_800,
            [District("Hakata", "博多"), District("Tenjin", "天神"), District("Nakasu", "中洲")]
        ),
        DemoCity(
            "sapporo",
            "Sapporo",
            "삿포로",
            local: "札幌",
            "JP",
            "JPY",
            .japanese,
            hotels: 10,
            price: 14_600,
            [District("Odori", "大通"), District("Susukino", "すすきの"), District("Jozankei", "定山渓")]
        ),
        DemoCity(
            "naha",
            "Okinawa",
            "오키나와",
            local: "沖縄",
            "JP",
            "JPY",
            .japanese,
            hotels: 10,
            price: 17_200,
            [District("Naha", "那覇"), District("Chatan", "北谷"), District("Onna", "恩納")]
        ),
        DemoCity(
            "kanazawa",
            "Kanazawa",
            "가나자와",
            local: "金沢",
            "JP",
            "JPY",
            .japanese,
            hotels: 6,
            price: 15_900,
            [District("Higashi Chaya", "東茶屋"), District("Korinbo", "香林坊")]
        ),
        DemoCity(
            "hiroshima",
            "Hiroshima",
            "히로시마",
            local: "広島",
            "JP",
            "JPY",
            .japanese,
            hotels: 5,
            price: 12_900,
            [District("Hondori", "本通"), District("Miyajima", "宮島")]
        ),
        DemoCity(
            "nara",
            "Nara",
            "나라",
            local: "奈良",
            "JP",
            "JPY",
            .japanese,
            hotels: 4,
            price: 16_100,
            [District("Naramachi", "奈良町"), District("Kasuga", "春日")]
        ),
        DemoCity(
            "hakone",
            "Hakone",
            "하코네",
            local: "箱根",
            "JP",
            "JPY",
            .japanese,
            hotels: 6,
            price: 28_500,
            [District("Gora", "強羅"), District("Yumoto", "湯本"), District("Sengokuhara", "仙石原")]
        ),
    ]
}
