/// What a request says of the codings that its client takes (RFC 9110 §12.5.3).
enum AcceptEncoding {
    /// Whether gzip is as welcome as the plain content, or more.
    static func prefersGzip(_ request: Head) -> Bool {
        var gzip: Int?
        var plain: Int?
        var any: Int?
        for field in request.fields where field.id == .acceptEncoding {
            for element in ListElements(request, field.value) {
                let (name, quality) = split(request.bytes(element))
                if ByteText.isEqual(name, ignoringCaseOf: "gzip") || ByteText.isEqual(name, ignoringCaseOf: "x-gzip") {
                    gzip = max(gzip ?? 0, quality)
                } else if ByteText.isEqual(name, ignoringCaseOf: "identity") {
                    plain = quality
                } else if name.count == 1, name[0] == UInt8(ascii: "*") {
                    any = quality
                }
            }
        }
        let wanted = gzip ?? any ?? 0
        // The plain content is acceptable unless it is refused, but preferred only where that is said.
        return wanted > 0 && wanted >= plain ?? 0
    }

    /// The name of a coding, and its weight in thousandths; one that cannot be read counts as refused.
    private static func split(_ element: UnsafeBufferPointer<UInt8>) -> (UnsafeBufferPointer<UInt8>, Int) {
        guard let mark = element.firstIndex(of: UInt8(ascii: ";")) else { return (ByteText.trimmed(element), 1_000) }
        let name = ByteText.trimmed(UnsafeBufferPointer(rebasing: element[..<mark]))
        let weight = ByteText.trimmed(UnsafeBufferPointer(rebasing: element[(mark + 1)...]))
        guard weight.count > 2, weight[0] | 0x20 == UInt8(ascii: "q"), weight[1] == UInt8(ascii: "=") else {
            return (name, 0)
        }
        return (name, thousandths(UnsafeBufferPointer(rebasing: weight[2...])) ?? 0)
    }

    /// A weight (RFC 9110 §12.4.2): 0 or 1, with up to three digits behind a point.
    private static func thousandths(_ text: UnsafeBufferPointer<UInt8>) -> Int? {
        guard let first = text.first, first == UInt8(ascii: "0") || first == UInt8(ascii: "1"), text.count <= 5 else {
            return nil
        }
        var value = Int(first - UInt8(ascii: "0")) * 1_000
        guard text.count > 1 else { return value }
        guard text[1] == UInt8(ascii: ".") else { return nil }
        var unit = 100
        for digit in text[2...] {
            guard digit >= UInt8(ascii: "0"), digit <= UInt8(ascii: "9") else { return nil }
            value += Int(digit - UInt8(ascii: "0")) * unit
            unit /= 10
        }
        return value <= 1_000 ? value : nil
    }
}
