extension DemoCity {
    // swift-format-ignore: a table, one city a paragraph
    static let asiaPacific: [DemoCity] = [
        DemoCity(
            "taipei",
            "Taipei",
            "타이베이",
            local: "臺北",
            "TW",
            "TWD",
            .chinese,
            hotels: 7,
            price: 3_450,
            [District("Xinyi", "信義"), District("Da'an", "大安"), District("Ximending", "西門町")]
        ),
        DemoCity(
            "hong-kong",
            "Hong Kong",
            "홍콩",
            local: "香港",
            "HK",
            "HKD",
            .chinese,
            hotels: 6,
            price: 1_280,
            [District("Central", "中環"), District("Tsim Sha Tsui", "尖沙咀"), District("Sheung Wan", "上環")]
        ),
        DemoCity(
            "shanghai",
            "Shanghai",
            "상하이",
            local: "上海",
            "CN",
            "CNY",
            .chinese,
            hotels: 6,
            price: 780,
            [District("The Bund", "外滩"), District("Xuhui", "徐汇"), District("Jing'an", "静安")]
        ),
        DemoCity(
            "singapore",
            "Singapore",
            "싱가포르",
            "SG",
            "SGD",
            .tropical,
            hotels: 8,
            price: 248,
            [District("Tiong Bahru"), District("Marina Bay"), District("Kampong Glam")]
        ),
        DemoCity(
            "bangkok",
            "Bangkok",
            "방콕",
            local: "กรุงเทพฯ",
            "TH",
            "THB",
            .tropical,
            hotels: 8,
            price: 2_680,
            [District("Sukhumvit", "สุขุมวิท"), District("Ari", "อารีย์"), District("Riverside")]
        ),
        DemoCity(
            "da-nang",
            "Da Nang",
            "다낭",
            local: "Đà Nẵng",
            "VN",
            "VND",
            .tropical,
            hotels: 6,
            price: 1_590_000,
            [District("Mỹ Khê"), District("Hải Châu"), District("Sơn Trà")]
        ),
        DemoCity(
            "bali",
            "Bali",
            "발리",
            "ID",
            "IDR",
            .tropical,
            hotels: 6,
            price: 1_350_000,
            [District("Ubud"), District("Seminyak"), District("Canggu")]
        ),
        DemoCity(
            "sydney",
            "Sydney",
            "시드니",
            "AU",
            "AUD",
            .english,
            hotels: 5,
            price: 262,
            [District("The Rocks"), District("Surry Hills"), District("Bondi")]
        ),
        DemoCity(
            "melbourne",
            "Melbourne",
            "멜버른",
            "AU",
            "AUD",
            .english,
            hotels: 5,
            price: 228,
            [District("Fitzroy"), District("St Kilda"), District("Carlton")]
        ),
        DemoCity(
            "auckland",
            "Auckland",
            "오클랜드",
            "NZ",
            "NZD",
            .english,
            hotels: 3,
            price: 234,
            [District("Ponsonby"), District("Parnell"), District("Viaduct")]
        ),
    ]
}
