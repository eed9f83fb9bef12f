extension DemoCity {
    // swift-format-ignore: a table, one city a paragraph
    static let korea: [DemoCity] = [
        DemoCity(
            "seoul",
            "Seoul",
            "서울",
            local: "서울",
            "KR",
            "KRW",
            .korean,
            hotels: 36,
            price: 148_000,
            [
                District("Myeongdong", "명동"), District("Gangnam", "강남"), District("Hongdae", "홍대"),
                District("Insadong", "인사동"), District("Bukchon", "북촌"), District("Itaewon", "이태원"),
                District("Jamsil", "잠실"), District("Yeouido", "여의도"), District("Seongsu", "성수"),
                District("Dongdaemun", "동대문"),
            ]
        ),
        DemoCity(
            "busan",
            "Busan",
            "부산",
            local: "부산",
            "KR",
            "KRW",
            .korean,
            hotels: 20,
            price: 129_000,
            [
                District("Haeundae", "해운대"), District("Gwangalli", "광안리"), District("Seomyeon", "서면"),
                District("Nampo", "남포"), District("Songjeong", "송정"), District("Gijang", "기장"),
            ]
        ),
        DemoCity(
            "jeju",
            "Jeju",
            "제주",
            local: "제주",
            "KR",
            "KRW",
            .korean,
            hotels: 20,
            price: 139_000,
            [
                District("Aewol", "애월"), District("Seogwipo", "서귀포"), District("Jungmun", "중문"),
                District("Hamdeok", "함덕"), District("Seongsan", "성산"), District("Hallim", "한림"),
            ]
        ),
        DemoCity(
            "incheon",
            "Incheon",
            "인천",
            local: "인천",
            "KR",
            "KRW",
            .korean,
            hotels: 8,
            price: 112_000,
            [District("Songdo", "송도"), District("Wolmido", "월미도"), District("Yeongjong", "영종")]
        ),
        DemoCity(
            "gyeongju",
            "Gyeongju",
            "경주",
            local: "경주",
            "KR",
            "KRW",
            .korean,
            hotels: 10,
            price: 108_000,
            [District("Hwangnidan", "황리단"), District("Bomun", "보문"), District("Gyochon", "교촌")]
        ),
        DemoCity(
            "gangneung",
            "Gangneung",
            "강릉",
            local: "강릉",
            "KR",
            "KRW",
            .korean,
            hotels: 8,
            price: 119_000,
            [District("Gyeongpo", "경포"), District("Anmok", "안목"), District("Jeongdongjin", "정동진")]
        ),
        DemoCity(
            "jeonju",
            "Jeonju",
            "전주",
            local: "전주",
            "KR",
            "KRW",
            .korean,
            hotels: 8,
            price: 96_000,
            [District("Hanok Village", "한옥마을"), District("Gaeksa", "객사"), District("Deokjin", "덕진")]
        ),
        DemoCity(
            "sokcho",
            "Sokcho",
            "속초",
            local: "속초",
            "KR",
            "KRW",
            .korean,
            hotels: 7,
            price: 115_000,
            [District("Yeongnang", "영랑"), District("Cheongho", "청호"), District("Seorak", "설악")]
        ),
        DemoCity(
            "yeosu",
            "Yeosu",
            "여수",
            local: "여수",
            "KR",
            "KRW",
            .korean,
            hotels: 7,
            price: 121_000,
            [District("Dolsan", "돌산"), District("Odongdo", "오동도"), District("Ungcheon", "웅천")]
        ),
        DemoCity(
            "daegu",
            "Daegu",
            "대구",
            local: "대구",
            "KR",
            "KRW",
            .korean,
            hotels: 6,
            price: 92_000,
            [District("Dongseongno", "동성로"), District("Suseong", "수성"), District("Apsan", "앞산")]
        ),
    ]
}
