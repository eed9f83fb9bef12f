/// A value that can tell a cache how much memory it uses beside its own stride.
///
/// Strings, arrays, dictionaries, sets and optionals conform. A type of your own conforms by adding up its parts:
///
/// ```swift
/// extension Hotel: CacheWeighable {
///     var heapBytes: Int { name.heapBytes + rooms.heapBytes }
/// }
/// ```
///
/// What does not conform counts with its stride only, so a type that owns much memory should conform, or the cache be
/// given a weigher of its own.
public protocol CacheWeighable: SendableMetatype {
    /// The bytes that it owns on the heap: an estimate, quick to tell. 0 for what is stored in place.
    var heapBytes: Int { get }
}

/// Bytes of an allocation's header, rounded up.
private let headerBytes = 32

/// Tells the weight of values of a type: their stride and, if they can tell, their heap. Whether they can is found out
/// once.
func estimator<T>(_ type: T.Type) -> @Sendable (T) -> Int {
    func asking<W: CacheWeighable>(_ weighable: W.Type) -> @Sendable (T) -> Int {
        // T is W, which only the cast of the types could tell.
        { MemoryLayout<T>.stride + unsafeBitCast($0, to: W.self).heapBytes }
    }
    guard let weighable = type as? any CacheWeighable.Type else { return { _ in MemoryLayout<T>.stride } }
    return asking(weighable)
}

/// The heap of the elements of a collection; 0 at once for elements that cannot tell.
private func heapOfElements<C: Collection>(_ elements: C) -> Int {
    guard C.Element.self is any CacheWeighable.Type else { return 0 }
    return elements.reduce(0) { $0 + (($1 as? any CacheWeighable)?.heapBytes ?? 0) }
}

extension String: CacheWeighable {
    /// Its UTF-8 text and a header; 0 for up to 15 bytes, which are stored in place.
    public var heapBytes: Int { utf8.count <= 15 ? 0 : utf8.count + headerBytes }
}

extension Optional: CacheWeighable {
    /// Those of its value.
    public var heapBytes: Int { map { ($0 as? any CacheWeighable)?.heapBytes ?? 0 } ?? 0 }
}

extension Array: CacheWeighable {
    /// Its elements with what they own, and a header.
    public var heapBytes: Int {
        isEmpty ? 0 : headerBytes + count * MemoryLayout<Element>.stride + heapOfElements(self)
    }
}

extension Set: CacheWeighable {
    /// Its elements with what they own, a third of empty room, and a header.
    public var heapBytes: Int {
        isEmpty ? 0 : headerBytes + count * MemoryLayout<Element>.stride * 4 / 3 + heapOfElements(self)
    }
}

extension Dictionary: CacheWeighable {
    /// Its keys and values with what they own, a third of empty room, and a header.
    public var heapBytes: Int {
        guard !isEmpty else { return 0 }
        let inPlace = count * (MemoryLayout<Key>.stride + MemoryLayout<Value>.stride) * 4 / 3
        return headerBytes + inPlace + heapOfElements(keys) + heapOfElements(values)
    }
}
