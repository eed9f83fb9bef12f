/// A page that says one thing and offers one way on: not found, sold out.
struct MessagePage: Page {
    let heading: Localized
    let advice: Localized
    let action: Localized
    /// Where the way on leads, without the language in front.
    let path: String

    func title(_ language: Language) -> String { language[heading] }

    func body(_ site: SiteContext) -> HTML {
        """
        <section class="card narrow empty"><h1>\(site[heading])</h1><p>\(site[advice])</p>
        <p><a class="button" href="\(site.link(path))">\(site[action])</a></p></section>
        """
    }

    static let notFound = MessagePage(
        heading: .notFoundTitle,
        advice: .notFoundAdvice,
        action: .backHome,
        path: ""
    )

    static func soldOut(hotel path: String) -> MessagePage {
        MessagePage(heading: .soldOutTitle, advice: .soldOutAdvice, action: .seeOtherRooms, path: path)
    }
}
