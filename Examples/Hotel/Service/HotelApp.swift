import Foundation
public import Pando

/// The reference service of Pando: a site on which people find hotels all over the world and book rooms.
///
/// A reservation is confirmed only if every night has a free room of its type. Its message then reaches three consumers, each on
/// its own: the inventory counts the stock, the catalogue's search learns what is free, and the guest gets a mail.
public struct HotelApp: App {
    /// The command's name.
    public static let name = "hotel"

    /// How slow passwords are to guess; tests choose less.
    let passwordCost: PasswordHasher.Cost
    /// How guests get their mails.
    let mail: MailSettings

    /// The service as it is run; `HOTEL_SMTP` and `HOTEL_MAIL_FROM` in the environment say how its mails go out.
    public init() {
        self.init(
            passwordCost: PasswordHasher.Cost(),
            mail: MailSettings(environment: ProcessInfo.processInfo.environment)
        )
    }

    init(passwordCost: PasswordHasher.Cost, mail: MailSettings = .maildir) {
        self.passwordCost = passwordCost
        self.mail = mail
    }

    /// What it consists of; a domain comes after those whose interfaces it uses.
    public var domains: [any Domain] {
        [
            Accounts(passwordCost: passwordCost), Inventory(), Catalog(), Reservations(),
            Notifications(settings: mail), Mobile(), Site(),
        ]
    }
}
