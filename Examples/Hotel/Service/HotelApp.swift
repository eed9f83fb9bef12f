public import Pando

/// The reference service of Pando: a site on which people find hotels all over the world and book rooms.
///
/// A reservation is confirmed only if every night has a free room of its type. Its message then reaches three consumers, each on
/// its own: the inventory counts the stock, the catalogue's search learns what is free, and the guest gets a mail.
public struct HotelApp: App {
    public static let name = "hotel"

    public init() {}

    public var domains: [any Domain] {
        [Accounts(), Inventory(), Catalog(), Reservations(), Notifications(), Mobile(), Site()]
    }
}
