import PandoDatabase

/// A city with hotels.
struct City: Codable, Hashable, Sendable {
    /// The name used in addresses and searches, such as `new-york`.
    let id: String
    let name: Localized
    /// The name in the city's own script, where it is neither of the site's languages.
    let localName: String?
    /// ISO 3166-1 alpha-2.
    let country: String
    /// What the city's hotels charge in.
    let currency: Currency
}
