internal import CNghttp2

/// The fields of a response in the form that libnghttp2 takes, in an array that is used again and again.
final class HTTP2NameValues {
    private var base: UnsafeMutablePointer<nghttp2_nv>
    private var capacity: Int
    private(set) var count = 0
    private let digits: UnsafeMutablePointer<UInt8>

    init(capacity: Int = 32) {
        base = .allocate(capacity: capacity)
        self.capacity = capacity
        digits = .allocate(capacity: 3)
    }

    deinit {
        base.deallocate()
        digits.deallocate()
    }

    var pointer: UnsafeMutablePointer<nghttp2_nv> { base }

    /// Takes the fields of a head that are not about one connection (RFC 9113 §8.2.2), with the status in front if there is one.
    ///
    /// Valid until the head changes; libnghttp2 copies it, with names in lower case.
    func fill(_ head: Head, hasStatus: Bool) {
        count = 0
        if hasStatus { add(status: head.status) }
        for field in head.fields where !field.id.isHopByHop {
            let value = head.bytes(field.value)
            if field.id == .other {
                add(head.bytes(field.name), value, 0)
            } else {
                // Static and in lower case.
                field.id.text.withUTF8Buffer { add($0, value, UInt8(NGHTTP2_NV_FLAG_NO_COPY_NAME.rawValue)) }
            }
        }
    }

    private func add(status: Int) {
        digits[0] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: status / 100 % 10)
        digits[1] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: status / 10 % 10)
        digits[2] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: status % 10)
        let name: StaticString = ":status"
        name.withUTF8Buffer {
            add($0, UnsafeBufferPointer(start: digits, count: 3), UInt8(NGHTTP2_NV_FLAG_NO_COPY_NAME.rawValue))
        }
    }

    private func add(_ name: UnsafeBufferPointer<UInt8>, _ value: UnsafeBufferPointer<UInt8>, _ flags: UInt8) {
        if count == capacity { grow() }
        (base + count).initialize(
            to: nghttp2_nv(
                name: UnsafeMutablePointer(mutating: name.baseAddress),
                value: UnsafeMutablePointer(mutating: value.baseAddress),
                namelen: name.count,
                valuelen: value.count,
                flags: flags
            )
        )
        count += 1
    }

    private func grow() {
        let grown = UnsafeMutablePointer<nghttp2_nv>.allocate(capacity: capacity * 2)
        grown.moveInitialize(from: base, count: count)
        base.deallocate()
        base = grown
        capacity *= 2
    }
}
