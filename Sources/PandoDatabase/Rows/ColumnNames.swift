extension [String: Int] {
    /// Notes a column's index under its name and the name's lowerCamelCase forms; the first of equal names stays.
    mutating func nameColumn(_ name: String, _ index: Int) {
        for form in [name, name.lowerCamelCased, name.lowerCamelCasedWithAcronyms] where self[form] == nil {
            self[form] = index
        }
    }
}

extension String {
    /// `created_at` as `createdAt`.
    fileprivate var lowerCamelCased: String {
        guard contains("_") else { return self }
        let words = split(separator: "_")
        return words.dropFirst().reduce(String(words.first ?? "")) { $0 + $1.prefix(1).uppercased() + $1.dropFirst() }
    }
    /// `hotel_id` as `hotelID`, the spelling of the API Design Guidelines.
    fileprivate var lowerCamelCasedWithAcronyms: String {
        guard contains("_") else { return self }
        let words = split(separator: "_").map(String.init)
        return words.dropFirst().reduce(words.first ?? "") { name, word in
            name + (word == "id" || word == "url" ? word.uppercased() : word.prefix(1).uppercased() + word.dropFirst())
        }
    }
}
