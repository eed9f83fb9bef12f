@testable import PandoEdge

/// The entrances of the parsers for arrays, each in memory of exactly its size, so that a sanitizer sees a step too far.
extension HeadParser {
    static func request(_ bytes: [UInt8], into head: Head, limits: HeadLimits = HeadLimits()) throws(HeadError)
        -> Outcome
    {
        try bytes.exactly { (bytes) throws(HeadError) in try request(bytes, into: head, limits: limits) }
    }

    static func response(_ bytes: [UInt8], into head: Head, limits: HeadLimits = HeadLimits()) throws(HeadError)
        -> Outcome
    {
        try bytes.exactly { (bytes) throws(HeadError) in try response(bytes, into: head, limits: limits) }
    }

    static func trailers(_ bytes: [UInt8], into head: Head, limits: HeadLimits = HeadLimits()) throws(HeadError)
        -> Outcome
    {
        try bytes.exactly { (bytes) throws(HeadError) in try trailers(bytes, into: head, limits: limits) }
    }
}

extension ChunkedDecoder {
    mutating func next(_ bytes: [UInt8]) throws(HeadError) -> Step {
        var decoder = self
        defer { self = decoder }
        return try bytes.exactly { (bytes) throws(HeadError) in try decoder.next(bytes) }
    }
}

extension [UInt8] {
    /// Calls with a copy of the bytes that nothing lies behind.
    func exactly<Value, Failure: Error>(
        _ body: (UnsafeBufferPointer<UInt8>) throws(Failure) -> Value
    ) throws(Failure) -> Value {
        let copy = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: count)
        defer { copy.deallocate() }
        _ = copy.initialize(from: self)
        return try body(UnsafeBufferPointer(copy))
    }
}
