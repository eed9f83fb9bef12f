import NIOCore

/// The fixed requests of a run in their final bytes.
struct RawWork {
    private struct Prepared {
        var bytes: ByteBuffer
        var row: Int
        var isHead: Bool
        var accepting: [Int]
    }

    private enum Order {
        case mixed(WeightedChoice)
        case recorded([Int32])
    }

    private let prepared: [Prepared]
    private let order: Order

    /// - Throws: `invalidRequest` if a request cannot be written.
    init(_ requests: [LoadRequest], head: RequestHead, statistics: inout LaneStatistics) throws(LoadError) {
        var prepared: [Prepared] = []
        for request in requests {
            let bytes = try head.bytes(request.method, request.path, headers: request.headers, body: request.body)
            let row = statistics.row(request.name)
            prepared.append(
                Prepared(bytes: bytes, row: row, isHead: request.method == "HEAD", accepting: request.accepting)
            )
        }
        self.prepared = prepared
        order = .mixed(WeightedChoice(requests.map(\.weight)))
    }

    /// The requests of a log; -1 in the order stands for one that cannot be sent.
    init(_ log: AccessLog, head: RequestHead, statistics: inout LaneStatistics) throws(LoadError) {
        var prepared: [Prepared] = []
        var places: [Int32] = []  // by distinct request of the log
        for request in log.distinctRequests {
            guard ["GET", "HEAD", "OPTIONS"].contains(request.method) else {
                places.append(-1)
                continue
            }
            places.append(Int32(prepared.count))
            let bytes = try head.bytes(request.method, request.path)
            let row = statistics.row(request.method)
            prepared.append(Prepared(bytes: bytes, row: row, isHead: request.method == "HEAD", accepting: []))
        }
        guard !prepared.isEmpty else {
            throw LoadError(.invalidConfiguration, "work: \(log.name) has no GET, HEAD or OPTIONS request to send")
        }
        self.prepared = prepared
        order = .recorded(log.requestIndices.map { $0 < 0 ? -1 : places[Int($0)] })
    }

    /// The request of an arrival; nil if it has none that can be sent.
    func exchange(
        index: Int,
        intended: Nanoseconds,
        using random: inout SeededGenerator
    ) -> Exchange? {
        let choice: Int
        switch order {
        case .mixed(let weights): choice = weights.next(using: &random)
        case .recorded(let places): choice = Int(places[index % places.count])
        }
        guard choice >= 0 else { return nil }
        let request = prepared[choice]
        return Exchange(
            bytes: request.bytes,
            row: request.row,
            intended: intended,
            isHead: request.isHead,
            accepting: request.accepting
        )
    }
}
