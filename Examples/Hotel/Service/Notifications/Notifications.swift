import Pando
import PandoMessaging

/// Tells guests by mail what became of their reservations.
///
/// Mails go into a Maildir, or to a mail server where one is set: see ``MailSettings``.
struct Notifications: Domain {
    static let name = "notifications"

    let settings: MailSettings

    func register(_ domain: inout DomainBuilder) throws {
        let postbox = try settings.postbox(dataFolder: domain.configuration.dataFolder)
        let mailroom = Mailroom(domains: domain.interfaces, postbox: postbox, sender: try settings.sender())
        try domain.deliver(ReservationChanged.self, as: "mail", configuration: postbox.consumer) { delivery in
            do {
                try await mailroom.tell(delivery.message, publishedAt: delivery.publishedAt)
            } catch let refusal as UndeliverableMail {
                try await delivery.giveUp(reason: refusal.description)
            }
        }
    }

    /// Where the mails are without a mail server: a Maildir in the app's data folder.
    static func mailFolder(in dataFolder: String) -> String { dataFolder + "/mail" }
}
