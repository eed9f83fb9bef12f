extension DemoCity {
    // swift-format-ignore: a table, one city a paragraph
    static let americas: [DemoCity] = [
        DemoCity(
            "new-york",
            "New York",
            "뉴욕",
            "US",
            "USD",
            .english,
            hotels: 14,
            price: 229,
            [District("SoHo"), District("Chelsea"), District("Williamsburg"), District("Harlem"), District("Tribeca")]
        ),
        DemoCity(
            "san-francisco",
            "San Francisco",
            "샌프란시스코",
            "US",
            "USD",
            .english,
            hotels: 7,
            price: 204,
            [District("North Beach"), District("Mission"), District("Nob Hill")]
        ),
        DemoCity(
            "los-angeles",
            "Los Angeles",
            "로스앤젤레스",
            "US",
            "USD",
            .english,
            hotels: 7,
            price: 198,
            [District("Venice"), District("Silver Lake"), District("Downtown")]
        ),
        DemoCity(
            "chicago",
            "Chicago",
            "시카고",
            "US",
            "USD",
            .english,
            hotels: 5,
            price: 172,
            [District("River North"), District("Wicker Park"), District("The Loop")]
        ),
        DemoCity(
            "honolulu",
            "Honolulu",
            "호놀룰루",
            "US",
            "USD",
            .tropical,
            hotels: 5,
            price: 246,
            [District("Waikiki"), District("Kakaako"), District("Diamond Head")]
        ),
        DemoCity(
            "vancouver",
            "Vancouver",
            "밴쿠버",
            "CA",
            "CAD",
            .english,
            hotels: 5,
            price: 219,
            [District("Gastown"), District("Kitsilano"), District("Yaletown")]
        ),
        DemoCity(
            "montreal",
            "Montreal",
            "몬트리올",
            local: "Montréal",
            "CA",
            "CAD",
            .romance,
            hotels: 5,
            price: 184,
            [District("Plateau"), District("Vieux-Montréal"), District("Mile End")]
        ),
        DemoCity(
            "mexico-city",
            "Mexico City",
            "멕시코시티",
            local: "Ciudad de México",
            "MX",
            "MXN",
            .romance,
            hotels: 6,
            price: 2_150,
            [District("Roma Norte"), District("Condesa"), District("Coyoacán")]
        ),
        DemoCity(
            "buenos-aires",
            "Buenos Aires",
            "부에노스아이레스",
            "AR",
            "USD",
            .romance,
            hotels: 4,
            price: 112,
            [District("Palermo"), District("San Telmo"), District("Recoleta")]
        ),
        DemoCity(
            "rio",
            "Rio de Janeiro",
            "리우데자네이루",
            "BR",
            "BRL",
            .tropical,
            hotels: 4,
            price: 540,
            [District("Ipanema"), District("Santa Teresa"), District("Copacabana")]
        ),
    ]
}
