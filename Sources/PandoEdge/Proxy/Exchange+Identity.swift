/// What a request is called in logs and traces, here and at the servers.
extension Exchange {
    /// Of a client's own id so much is believed.
    private static let longestID = 128

    /// Gives the request its id and its place in a trace, before it is routed.
    ///
    /// The id that a trusted proxy has given stays. A trace stays whoever began it: it is of no use to lie about it, and W3C Trace
    /// Context asks for it.
    final func identify() {
        record.requestID = trustedID ?? hexadecimal(worker.random.next(), worker.random.next())
        continueTrace()
    }

    private var trustedID: Slice? {
        guard forwarding.isTrusted, let given = request.first(.xRequestID) else { return nil }
        let bytes = request.bytes(given)
        let isPlain = bytes.allSatisfy { $0 > 0x20 && $0 < 0x7F }
        return isPlain && (1...Self.longestID).contains(bytes.count) ? given : nil
    }

    /// Tells the client the request's id, in the place of what the server says.
    final func stampResponse() {
        guard !record.requestID.isEmpty else { return }
        response.remove(.xRequestID)
        response.add(.xRequestID, request.bytes(record.requestID))
    }

    // MARK: Trace

    /// Passes a valid trace on with a parent of its own, as every hop does that takes part (W3C Trace Context §3.2.2.4); begins one
    /// where there is none or more than one, and then nothing of an older state is left (§4.2).
    private func continueTrace() {
        let parent = worker.random.next() | 1
        let given = request.fields.count { $0.id == .traceparent } == 1 ? request.first(.traceparent) : nil
        let valid = given.flatMap { TraceParent(request.bytes($0)) }
        let trace = valid?.trace ?? (worker.random.next(), worker.random.next() | 1)
        let isSampled = valid?.isSampled ?? worker.traceBudget.take(at: worker.now)
        if valid == nil { request.remove(.tracestate) }
        request.remove(.traceparent)
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: TraceParent.length + 1) { room in
            var cursor = ByteCursor(room)
            cursor.put("00-")
            cursor.put(digits: trace.0)
            cursor.put(digits: trace.1)
            cursor.put("-")
            cursor.put(digits: parent)
            cursor.put(isSampled ? "-01" : "-00")
            let value = request.add(.traceparent, UnsafeBufferPointer(rebasing: room[..<cursor.count]))
            record.traceID = Slice(Int(value.start) + 3, 32)
        }
    }

    private func hexadecimal(_ high: UInt64, _ low: UInt64) -> Slice {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 32) { room in
            var cursor = ByteCursor(room)
            cursor.put(digits: high)
            cursor.put(digits: low)
            return request.append(UnsafeBufferPointer(room))
        }
    }
}

/// How many traces a worker asks the servers to record among those that it begins: a few each second, so that there is always one to
/// look at, and never many.
struct TraceBudget {
    private static let perSecond = 10
    private var second: UInt64 = 0
    private var count = 0

    mutating func take(at now: UInt64) -> Bool {
        if now / 1_000_000_000 != second { (second, count) = (now / 1_000_000_000, 0) }
        count += 1
        return count <= Self.perSecond
    }
}

/// What `traceparent` says (W3C Trace Context §3.2), strictly: what is invalid is nil.
struct TraceParent {
    /// Octets of version 00.
    static let length = 55

    let trace: (high: UInt64, low: UInt64)
    let isSampled: Bool

    init?(_ bytes: UnsafeBufferPointer<UInt8>) {
        let dash = UInt8(ascii: "-")
        guard bytes.count >= Self.length, bytes[2] == dash, bytes[35] == dash, bytes[52] == dash,
            let version = Self.number(bytes, 0..<2), version != 0xFF,
            bytes.count == Self.length || (version > 0 && bytes[Self.length] == dash),
            let high = Self.number(bytes, 3..<19), let low = Self.number(bytes, 19..<35), high | low != 0,
            let parent = Self.number(bytes, 36..<52), parent != 0,
            let flags = Self.number(bytes, 53..<55)
        else { return nil }
        trace = (high, low)
        isSampled = flags & 1 == 1
    }

    private static func number(_ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> UInt64? {
        UInt64(hexadecimal: UnsafeBufferPointer(rebasing: bytes[range]))
    }
}

extension ByteCursor {
    /// Puts all 16 hexadecimal digits of a number.
    fileprivate mutating func put(digits number: UInt64) {
        for shift in stride(from: UInt64(60), through: 0, by: -4) {
            let digit = UInt8(truncatingIfNeeded: number &>> shift) & 15
            put(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
        }
    }
}
