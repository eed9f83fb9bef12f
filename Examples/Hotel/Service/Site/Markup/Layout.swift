extension Page {
    /// The whole document.
    func document(_ site: SiteContext) -> HTML {
        """
        <!doctype html>
        <html lang="\(site.language.rawValue)">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <title>\(title(site.language)) · \(site[.siteName])</title>
        <link rel="stylesheet" href="\(site.assets.styles)">
        <link rel="icon" href="\(site.assets.icon)" type="image/svg+xml">
        <script src="\(site.assets.script)" defer></script>
        </head>
        <body>
        <a class="skip" href="#content">\(site[.skipToContent])</a>
        \(header(site))
        <main id="content">
        \(body(site))
        </main>
        \(footer(site))
        </body>
        </html>
        """
    }

    private func header(_ site: SiteContext) -> HTML {
        """
        <header class="top"><div class="wide">
        <a class="brand" href="\(site.link(""))">\(Icon.leaf.html)<span>\(site[.siteName])</span></a>
        <nav>\(languages(site))\(site.account.map { member($0, site) } ?? visitor(site))</nav>
        </div></header>
        """
    }

    private func languages(_ site: SiteContext) -> HTML {
        let links = Language.allCases.filter { $0 != site.language }.map { other -> HTML in
            """
            <a class="quiet" href="/\(other.rawValue)\(site.path)" lang="\(other.rawValue)" \
            hreflang="\(other.rawValue)">\(other.name)</a>
            """
        }
        return "\(links)"
    }

    private func visitor(_ site: SiteContext) -> HTML {
        """
        <a class="quiet" href="\(site.link("/login"))">\(site[.logIn])</a>
        <a class="button small" href="\(site.link("/signup"))">\(site[.signUp])</a>
        """
    }

    private func member(_ account: Account, _ site: SiteContext) -> HTML {
        """
        <a class="quiet" href="\(site.link("/bookings"))">\(site[.myBookings])</a>
        <form method="post" action="\(site.link("/logout"))"><button class="plain" title="\(account.email)">\
        \(site[.logOut])</button></form>
        """
    }

    private func footer(_ site: SiteContext) -> HTML {
        """
        <footer><div class="wide"><p>\(site[.footer])</p>
        <p><a href="/api/openapi.json">\(site[.apiLink])</a></p></div></footer>
        """
    }
}
