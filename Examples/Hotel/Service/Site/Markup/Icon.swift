/// The few line icons of the site, drawn in the colour of the text around them.
enum Icon: String {
    case leaf = "M5 19c0-9 5-14 15-14 0 10-5 15-14 14M5 19l7-7"
    case star = "m12 3 2.7 5.8 6.3.8-4.6 4.3 1.2 6.2L12 17l-5.6 3.1 1.2-6.2L3 9.6l6.3-.8z"
    case pin = "M12 21s7-6.2 7-11.5A7 7 0 0 0 5 9.5C5 14.8 12 21 12 21zM12 12a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5z"
    case people =
        "M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM2.5 20c.5-4 3-6 6.5-6s6 2 6.5 6M16 4.5a3.3 3.3 0 0 1 0 6.2M18 14.3c2 .8 3.2 2.6 3.5 5.7"
    case check = "m5 12.5 4.5 4.5L19 7.5"
    case cross = "M6.5 6.5l11 11M17.5 6.5l-11 11"
    case search = "M11 18a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM16 16l5 5"

    /// The icon, hidden from assistive technology: the words next to it say the same.
    var html: HTML {
        let fill = self == .star ? "currentColor" : "none"
        return """
            <svg class="icon" viewBox="0 0 24 24" fill="\(fill)" stroke="currentColor" stroke-width="1.8" \
            stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" focusable="false"><path d="\(rawValue)"/></svg>
            """
    }
}
