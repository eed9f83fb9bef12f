public import PandoCommands

extension HotelApp: EdgeServed {
    /// Browsers and programs; and phones, which send little and ask seldom. Who makes accounts or guesses passwords is slowed down:
    /// each is as much work as hundreds of other requests.
    public var gateways: [EdgeGateway] {
        [
            EdgeGateway(
                "web",
                [
                    .init("/*", requestsPerSecond: 1_000, bodyBytes: 1 << 20),
                    .init("/api/accounts", requestsPerSecond: 20, bodyBytes: 16 << 10),
                    .init("/api/session", requestsPerSecond: 20, bodyBytes: 16 << 10),
                ]
            ),
            EdgeGateway("mobile", [.init("/m/*", requestsPerSecond: 100, bodyBytes: 64 << 10)]),
        ]
    }
}
