extension CacheDirectives {
    /// The directives of all fields Cache-Control of a head, as one list.
    package init(_ head: Head) {
        for field in head.fields where field.id == .cacheControl { take(list: head.bytes(field.value)) }
    }

    /// The directives of a request. Pragma counts where there is no Cache-Control (RFC 9111 §5.4).
    package init(request head: Head) {
        self.init(head)
        guard !has(.present) else { return }
        for field in head.fields where field.id == .pragma { take(list: head.bytes(field.value)) }
        // Of Pragma, no-cache is the one directive that is defined.
        if has(.present) {
            let asksForFresh = has(.noCache)
            self = CacheDirectives()
            if asksForFresh { flags = [.noCache, .present] }
        }
    }

    /// Takes the directives of a field's value: `1#( token [ "=" ( token / quoted-string ) ] )` (RFC 9111 §5.2).
    ///
    /// A comma in a quoted string ends no directive. What follows a name and is neither a comma nor a value makes its value
    /// malformed, and the rest is read on from the next comma.
    package mutating func take(list: UnsafeBufferPointer<UInt8>) {
        var place = 0
        while place < list.count {
            let octet = list[place]
            if octet == UInt8(ascii: ",") || Characters.isBlank(octet) {
                place += 1
                continue
            }
            let start = place
            while place < list.count, Characters.isIn(list[place], Characters.token) { place += 1 }
            let name = UnsafeBufferPointer(rebasing: list[start..<place])
            takeArgument(of: name, in: list, &place)
            Self.skip(list, &place)
        }
    }

    private mutating func takeArgument(
        of name: UnsafeBufferPointer<UInt8>,
        in list: UnsafeBufferPointer<UInt8>,
        _ place: inout Int
    ) {
        guard place < list.count, list[place] == UInt8(ascii: "=") else {
            let isAlone = Self.isEnd(list, place)
            if !name.isEmpty { take(name, isAlone ? .missing : .malformed) }
            return
        }
        place += 1
        if place < list.count, list[place] == UInt8(ascii: "\"") {
            takeQuoted(name, in: list, &place)
            return
        }
        let start = place
        while place < list.count, Characters.isIn(list[place], Characters.token) { place += 1 }
        let isWhole = place > start && Self.isEnd(list, place)
        take(name, isWhole ? .text(UnsafeBufferPointer(rebasing: list[start..<place])) : .malformed)
    }

    private mutating func takeQuoted(
        _ name: UnsafeBufferPointer<UInt8>,
        in list: UnsafeBufferPointer<UInt8>,
        _ place: inout Int
    ) {
        let start = place + 1
        var hasEscape = false
        place = start
        while place < list.count, list[place] != UInt8(ascii: "\"") {
            if list[place] == UInt8(ascii: "\\") {
                hasEscape = true
                place += 1
            }
            place += 1
        }
        guard place < list.count else {
            place = list.count
            take(name, .malformed)
            return
        }
        let text = UnsafeBufferPointer(rebasing: list[start..<place])
        place += 1
        // Neither numbers nor names of fields have a reason to be escaped.
        take(name, hasEscape || !Self.isEnd(list, place) ? .malformed : .text(text))
    }

    /// Whether a directive may end here: at a comma or the end, with white space before it.
    private static func isEnd(_ list: UnsafeBufferPointer<UInt8>, _ start: Int) -> Bool {
        var place = start
        while place < list.count, Characters.isBlank(list[place]) { place += 1 }
        return place >= list.count || list[place] == UInt8(ascii: ",")
    }

    /// Goes to the next comma outside of quotes.
    private static func skip(_ list: UnsafeBufferPointer<UInt8>, _ place: inout Int) {
        var isQuoted = false
        while place < list.count, isQuoted || list[place] != UInt8(ascii: ",") {
            if list[place] == UInt8(ascii: "\"") {
                isQuoted.toggle()
            } else if isQuoted, list[place] == UInt8(ascii: "\\") {
                place += 1
            }
            place += 1
        }
        place = min(place, list.count)
    }
}
