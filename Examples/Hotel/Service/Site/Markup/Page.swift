import PandoDatabase

/// One page of the site: its title and what stands between head and foot.
protocol Page: Sendable {
    func title(_ language: Language) -> String
    func body(_ site: SiteContext) -> HTML
}

/// What every page knows of the request that asked for it.
struct SiteContext: Sendable {
    let language: Language
    /// Who is logged in.
    let account: Account?
    /// The page's address without the language in front, such as `/hotels?city=seoul`; where the language switch leads.
    let path: String
    let assets: SiteAssets
    let today: LocalDate

    /// The address of another page in the same language.
    func link(_ path: String) -> String { "/\(language.rawValue)\(path)" }

    /// A day, kept on one line.
    func day(_ day: LocalDate) -> HTML { "<time datetime=\"\(day)\">\(language.format(day))</time>" }

    /// A text in the page's language.
    subscript(_ text: Localized) -> String { text[language] }
}

/// The addresses of the files that pages use.
struct SiteAssets: Sendable {
    let styles: String
    let script: String
    let icon: String
}
