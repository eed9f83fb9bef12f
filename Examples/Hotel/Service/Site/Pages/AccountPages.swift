/// The form that makes an account.
struct SignUpPage: Page {
    var form = SignUpForm()
    var problem: Localized?
    /// Where to go afterwards.
    var next = ""

    func title(_ language: Language) -> String { language[.signUp] }

    func body(_ site: SiteContext) -> HTML {
        """
        <section class="card narrow"><h1>\(site[.signUp])</h1>
        \(notice(site))
        <form class="stack" method="post" action="\(site.link("/signup"))">
        <input type="hidden" name="next" value="\(next)">
        <label>\(site[.name])<input name="name" value="\(form.name)" required maxlength="80" autocomplete="name"></label>
        <label>\(site[.email])<input type="email" name="email" value="\(form.email)" required maxlength="254" \
        autocomplete="email"></label>
        <label>\(site[.password])<input type="password" name="password" required minlength="10" maxlength="200" \
        autocomplete="new-password" aria-describedby="hint"></label>
        \(hint(site))
        <button class="button">\(site[.signUp])</button></form>
        <p class="aside">\(site[.alreadyMember]) \(logIn(.logIn, site))</p></section>
        """
    }

    /// What is wrong, but for the password: its hint says that.
    private func notice(_ site: SiteContext) -> HTML? {
        guard let problem, problem != .passwordHint else { return nil }
        let remedy = problem == .emailTaken ? " \(logIn(.logInInstead, site))" as HTML : nil
        return "<p class=\"notice\" role=\"alert\">\(site[problem])\(remedy)</p>"
    }

    private func hint(_ site: SiteContext) -> HTML {
        let look: HTML = problem == .passwordHint ? "class=\"notice\" role=\"alert\"" : "class=\"hint\""
        return "<p \(look) id=\"hint\">\(site[.passwordHint])</p>"
    }

    private func logIn(_ words: Localized, _ site: SiteContext) -> HTML {
        "<a href=\"\(site.link("/login" + QueryString([("next", next)]).description))\">\(site[words])</a>"
    }
}

/// The form that opens a session.
struct LogInPage: Page {
    var email = ""
    var problem: Localized?
    /// Where to go afterwards.
    var next = ""

    func title(_ language: Language) -> String { language[.logIn] }

    func body(_ site: SiteContext) -> HTML {
        """
        <section class="card narrow"><h1>\(site[.logIn])</h1>
        \(problem.map { "<p class=\"notice\" role=\"alert\">\(site[$0])</p>" })
        <form class="stack" method="post" action="\(site.link("/login"))">
        <input type="hidden" name="next" value="\(next)">
        <label>\(site[.email])<input type="email" name="email" value="\(email)" required maxlength="254" \
        autocomplete="email"></label>
        <label>\(site[.password])<input type="password" name="password" required maxlength="200" \
        autocomplete="current-password"></label>
        <button class="button">\(site[.logIn])</button></form>
        <p class="aside">\(site[.noAccountYet]) <a href="\(site.link("/signup" + QueryString([("next", next)]).description))">\
        \(site[.signUp])</a></p></section>
        """
    }
}
