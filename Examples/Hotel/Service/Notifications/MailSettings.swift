/// How the service sends its mails, as the environment says.
///
/// | variable | default | |
/// |---|---|---|
/// | `HOTEL_SMTP` | none: a Maildir in the data folder | `host` or `host:port` of a mail server near by |
/// | `HOTEL_MAIL_FROM` | `stay@namu.example` | the address that the mails are from |
struct MailSettings: Sendable {
    /// The mail server, as it was given; nil where mails go into a Maildir.
    var server: String?
    /// The address that mails are from, as it was given.
    var from: String?

    /// Mails go into a Maildir in the data folder.
    static let maildir = MailSettings()

    init(server: String? = nil, from: String? = nil) {
        self.server = server
        self.from = from
    }

    init(environment: [String: String]) {
        self.init(server: environment["HOTEL_SMTP"], from: environment["HOTEL_MAIL_FROM"])
    }

    /// Where mails go.
    ///
    /// - Throws: ``BadSetting``; ``FileError`` where the Maildir cannot be made.
    func postbox(dataFolder: String) throws -> any Postbox {
        guard let server else { return try Maildir(folder: Notifications.mailFolder(in: dataFolder)) }
        guard let relay = SMTPRelay(server) else {
            throw BadSetting(name: "HOTEL_SMTP", value: server, wanted: "a host or host:port, such as 127.0.0.1:25")
        }
        return relay
    }

    /// Who mails are from.
    ///
    /// - Throws: ``BadSetting``.
    func sender() throws(BadSetting) -> MailMessage.Address {
        let email = from ?? "stay@namu.example"
        guard SignUpForm.isPlausible(email: email) else {
            throw BadSetting(name: "HOTEL_MAIL_FROM", value: email, wanted: "a mail address, such as stay@namu.example")
        }
        return MailMessage.Address(name: Localized.siteName.en, email: email)
    }
}

/// A variable of the environment that cannot be used: the service does not start.
struct BadSetting: Error, CustomStringConvertible {
    let name: String
    let value: String
    let wanted: String

    var description: String { "\(name) is '\(value)'; it must be \(wanted)" }
}
