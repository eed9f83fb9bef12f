import Hummingbird

/// A list, in an object that can grow.
struct Items<Item: Codable & Sendable>: Codable, ResponseEncodable, Sendable {
    let items: [Item]
}
