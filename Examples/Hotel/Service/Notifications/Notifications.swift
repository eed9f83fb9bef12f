import Pando
import PandoMessaging

/// Tells guests by mail what became of their reservations.
struct Notifications: Domain {
    static let name = "notifications"

    func register(_ domain: inout DomainBuilder) throws {
        let mailroom = Mailroom(
            domains: domain.interfaces,
            maildir: try Maildir(folder: Self.mailFolder(in: domain.configuration.dataFolder))
        )
        var manyAtOnce = ConsumerConfiguration()
        manyAtOnce.concurrency = 128
        try domain.deliver(ReservationChanged.self, as: "mail", configuration: manyAtOnce) { delivery in
            try await mailroom.tell(delivery.message)
        }
    }

    /// Where the mails go: a Maildir in the app's data folder.
    static func mailFolder(in dataFolder: String) -> String { dataFolder + "/mail" }
}
