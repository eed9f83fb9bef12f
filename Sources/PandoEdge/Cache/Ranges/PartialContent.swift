/// Puts parts of one representation together (RFC 9111 §3.4, RFC 9110 §15.3.7.3).
enum PartialContent {
    /// What two responses hold together; nil where they are not surely of the same representation, or leave a gap.
    ///
    /// - Parameters:
    ///   - old: What is stored.
    ///   - new: The 206 that came; its fields count.
    static func combine(_ old: CacheEntry, _ new: CacheEntry) -> CacheEntry? {
        guard let part = new.facts.range, old.facts.status == 206 || old.facts.status == 200,
            sharesStrongValidator(old, new)
        else { return nil }
        let own =
            old.facts.range ?? ContentRange(first: 0, last: Int64(old.body.count) - 1, length: Int64(old.body.count))
        if own.length >= 0, part.length >= 0, own.length != part.length { return nil }
        guard own.count > 0, part.first <= own.last + 1, own.first <= part.last + 1 else { return nil }
        let all = ContentRange(
            first: min(own.first, part.first),
            last: max(own.last, part.last),
            length: max(own.length, part.length)
        )
        return entry(all, chunks(own, old.body, part, new.body), like: new)
    }

    private static func sharesStrongValidator(_ old: CacheEntry, _ new: CacheEntry) -> Bool {
        old.withValidators { one in
            new.withValidators { other in
                guard let oneTag = one.tag, let otherTag = other.tag else { return false }
                return oneTag.isStronglyEqual(otherTag)
            }
        }
    }

    /// The bytes of the new part, with those of the old before and behind it.
    private static func chunks(
        _ own: ContentRange,
        _ old: CacheBody,
        _ part: ContentRange,
        _ new: CacheBody
    ) -> [[UInt8]] {
        let before = max(0, part.first - own.first)
        let behind = max(0, own.last - part.last)
        return slice(old, 0, Int(before)) + new.chunks + slice(old, old.count - Int(behind), Int(behind))
    }

    private static func slice(_ body: CacheBody, _ start: Int, _ count: Int) -> [[UInt8]] {
        var found: [[UInt8]] = []
        var place = start
        while place < start + count {
            let left = start + count - place
            let chunk = body.withBytes(from: place) { Array($0.prefix(left)) }
            found.append(chunk)
            place += chunk.count
        }
        return found
    }

    private static func entry(_ range: ContentRange, _ chunks: [[UInt8]], like new: CacheEntry) -> CacheEntry {
        var facts = new.facts
        var head = new.head
        facts.range = range
        if range.first == 0, range.last == range.length - 1 {
            // All of it: from now on a complete response (RFC 9110 §15.3.7.3).
            facts.range = nil
            facts.status = 200
            let complete = Head()
            head.copy(into: complete)
            complete.status = 200
            head = StoredHead(complete, withheld: [], date: facts.date)
        }
        return CacheEntry(
            key: new.key,
            variant: new.variant,
            facts: facts,
            head: head,
            body: CacheBody(chunks).compacted(),
            tags: new.tags,
            generation: new.generation
        )
    }
}
