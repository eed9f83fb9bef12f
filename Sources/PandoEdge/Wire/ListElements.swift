/// The elements of a list, without white space and empty ones (RFC 9110 §5.6.1). Commas in quoted strings are not looked at.
///
/// Nothing may be appended to the head while they are gone through.
package struct ListElements: Sequence, IteratorProtocol {
    private let bytes: UnsafeBufferPointer<UInt8>
    private let start: Int
    private var place = 0

    package init(_ head: Head, _ list: Slice) {
        bytes = head.bytes(list)
        start = Int(list.start)
    }

    package mutating func next() -> Slice? {
        while place < bytes.count {
            var first = place
            while place < bytes.count, bytes[place] != UInt8(ascii: ",") { place += 1 }
            var last = place
            place += 1
            while first < last, Characters.isBlank(bytes[first]) { first += 1 }
            while last > first, Characters.isBlank(bytes[last - 1]) { last -= 1 }
            if first < last { return Slice(start + first, last - first) }
        }
        return nil
    }
}
