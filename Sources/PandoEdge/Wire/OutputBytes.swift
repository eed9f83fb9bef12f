#if canImport(Glibc)
    import Glibc
#endif

/// Bytes on their way to a socket: appended at the end, taken from the front. Belongs to the thread of its worker, so that the
/// checks of exclusive use are left out.
package final class OutputBytes {
    @exclusivity(unchecked) private var base: UnsafeMutablePointer<UInt8>
    @exclusivity(unchecked) private var capacity: Int
    @exclusivity(unchecked) private var start = 0
    @exclusivity(unchecked) private var end = 0

    package init(capacity: Int) {
        base = .allocate(capacity: capacity)
        self.capacity = capacity
    }

    deinit {
        base.deallocate()
    }

    /// How many wait.
    @inline(__always) package var count: Int { end - start }

    /// How many it can hold without growing.
    package var size: Int { capacity }

    /// Those that wait.
    @inline(__always)
    package var bytes: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(start: base + start, count: end - start) }

    /// Takes bytes from the front.
    @inline(__always)
    package func drop(_ count: Int) {
        assert(count <= self.count)
        start += count
        if start == end { (start, end) = (0, 0) }
    }

    package func removeAll() { (start, end) = (0, 0) }

    /// Where more may be written, so many bytes at least.
    package func room(_ more: Int) -> UnsafeMutableBufferPointer<UInt8> {
        reserve(more)
        return UnsafeMutableBufferPointer(start: base + end, count: capacity - end)
    }

    /// Counts what was written into ``room(_:)``.
    @inline(__always)
    package func grew(_ count: Int) {
        precondition(end + count <= capacity, "more was written than there was room")
        end += count
    }

    private func reserve(_ more: Int) {
        guard end + more > capacity else { return }
        if start > 0 {
            memmove(base, base + start, end - start)
            (start, end) = (0, end - start)
            if end + more <= capacity { return }
        }
        var grown = capacity * 2
        while grown < end + more { grown *= 2 }
        let moved = UnsafeMutablePointer<UInt8>.allocate(capacity: grown)
        memcpy(moved, base, end)
        base.deallocate()
        base = moved
        capacity = grown
    }

    @inline(__always)
    package func append(_ bytes: UnsafeBufferPointer<UInt8>) {
        guard let source = bytes.baseAddress else { return }
        reserve(bytes.count)
        memcpy(base + end, source, bytes.count)
        end += bytes.count
    }

    @inline(__always)
    package func append(_ text: StaticString) {
        reserve(text.utf8CodeUnitCount)
        memcpy(base + end, text.utf8Start, text.utf8CodeUnitCount)
        end += text.utf8CodeUnitCount
    }

    package func append(_ text: String) {
        var text = text
        text.withUTF8 { append($0) }
    }

    /// Appends a number, which is not negative, in decimal digits.
    package func append(decimal number: Int) {
        var cursor = ByteCursor(room(20))
        cursor.put(decimal: UInt64(number))
        grew(cursor.count)
    }

    /// Appends a number, which is not negative, in hexadecimal digits.
    package func append(hexadecimal number: Int) {
        var cursor = ByteCursor(room(16))
        cursor.put(hexadecimal: UInt64(number))
        grew(cursor.count)
    }

    /// Appends a field line.
    @inline(__always)
    package func append(name: UnsafeBufferPointer<UInt8>, value: UnsafeBufferPointer<UInt8>) {
        let length = name.count + value.count + 4
        reserve(length)
        var place = base + end
        if let source = name.baseAddress { memcpy(place, source, name.count) }
        place += name.count
        place[0] = UInt8(ascii: ":")
        place[1] = UInt8(ascii: " ")
        place += 2
        if let source = value.baseAddress { memcpy(place, source, value.count) }
        place += value.count
        place[0] = UInt8(ascii: "\r")
        place[1] = UInt8(ascii: "\n")
        end += length
    }
}
