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
        \(problem.map { "<p class=\"notice\" role=\"alert\">\(site[$0])</p>" })
        <form class="stack" method="post" action="\(site.link("/signup"))">
        <input type="hidden" name="next" value="\(next)">
        <label>\(site[.name])<input name="name" value="\(form.name)" required maxlength="80" autocomplete="name"></label>
        <label>\(site[.email])<input type="email" name="email" value="\(form.email)" required maxlength="254" \
        autocomplete="email"></label>
        <label>\(site[.password])<input type="password" name="password" required minlength="10" maxlength="200" \
        autocomplete="new-password" aria-describedby="hint"></label>
        <p class="hint" id="hint">\(site[.passwordHint])</p>
        <button class="button">\(site[.signUp])</button></form>
        <p class="aside">\(site[.alreadyMember]) <a href="\(site.link("/login" + QueryString([("next", next)]).description))">\
        \(site[.logIn])</a></p></section>
        """
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
