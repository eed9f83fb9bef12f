extension OutputBytes {
    /// Appends the line of a request as a JSON object.
    func appendJSON(_ exchange: Exchange, _ time: AccessLogTime) {
        let (request, record) = (exchange.request, exchange.record)
        appendBegin(time)
        if record.client.isEmpty {
            member(",\"client\":", exchange.forwarding.address)
        } else {
            member(",\"client\":", request.bytes(record.client))
        }
        member(",\"method\":", request.bytes(request.methodName))
        member(",\"target\":", request.bytes(record.target))
        member(",\"host\":", request.bytes(request.authority))
        append(",\"version\":\"")
        append(exchange.version)
        append("\",\"status\":")
        append(decimal: exchange.finalStatus)
        append(",\"sentBytes\":")
        append(decimal: record.sentBytes)
        append(",\"receivedBytes\":")
        append(decimal: record.receivedBytes)
        append(",\"durationMicroseconds\":")
        append(decimal: Int(exchange.age / 1_000))
        append(",\"end\":\"")
        append(exchange.endName)
        append("\"")
        appendJSONPlaces(exchange, record)
        member(",\"requestID\":", request.bytes(record.requestID))
        member(",\"traceID\":", request.bytes(record.traceID))
        if let referer = request.first(.referer) { member(",\"referer\":", request.bytes(referer)) }
        if let agent = request.first(.userAgent) { member(",\"userAgent\":", request.bytes(agent)) }
        append("}\n")
    }

    /// Begins an object with the time.
    func appendBegin(_ time: AccessLogTime) {
        append("{\"time\":\"")
        append(time.internet)
        append(time.milliseconds < 10 ? ".00" : time.milliseconds < 100 ? ".0" : ".")
        append(decimal: time.milliseconds)
        append("Z\"")
    }

    /// Which way the request went.
    private func appendJSONPlaces(_ exchange: Exchange, _ record: ExchangeRecord) {
        if let route = exchange.route {
            member(",\"route\":", route.name)
            if let gateway = route.gateway { member(",\"gateway\":", gateway) }
        }
        if let rejection = record.rejection { member(",\"rejected\":", rejection.rawValue) }
        if let problem = record.problem { member(",\"problem\":", problem) }
        guard let server = record.server else { return }
        if let plan = exchange.plan { member(",\"upstream\":", plan.name) }
        member(",\"server\":", server.name)
        append(",\"attempts\":")
        append(decimal: record.attempts)
        guard record.serverTime > 0 else { return }
        append(",\"serverMicroseconds\":")
        append(decimal: Int(record.serverTime / 1_000))
    }

    /// Appends the line of a request in the Combined Log Format.
    func appendCombined(_ exchange: Exchange, _ time: AccessLogTime) {
        let (request, record) = (exchange.request, exchange.record)
        if record.client.isEmpty {
            let client = exchange.forwarding.address
            if client.isEmpty { append("-") } else { append(client) }
        } else {
            append(request.bytes(record.client))
        }
        append(" - - [")
        append(time.common)
        append("] \"")
        append(logged: request.bytes(request.methodName))
        append(" ")
        append(logged: request.bytes(record.target))
        append(" HTTP/")
        append(exchange.version)
        append("\" ")
        append(decimal: exchange.finalStatus)
        append(" ")
        append(decimal: record.sentBytes)
        quoted(request, request.first(.referer))
        quoted(request, request.first(.userAgent))
        append("\n")
    }

    private func quoted(_ request: Head, _ value: Slice?) {
        append(" \"")
        if let value { append(logged: request.bytes(value)) } else { append("-") }
        append("\"")
    }

    // MARK: Texts

    func append(_ bytes: [UInt8]) { bytes.withUnsafeBufferPointer { append($0) } }

    private func member(_ key: StaticString, _ value: UnsafeBufferPointer<UInt8>) {
        guard !value.isEmpty else { return }
        append(key)
        append("\"")
        append(json: value)
        append("\"")
    }

    private func member(_ key: StaticString, _ value: [UInt8]) { value.withUnsafeBufferPointer { member(key, $0) } }

    func member(_ key: StaticString, _ value: String) {
        var value = value
        value.withUTF8 { member(key, $0) }
    }
}

extension Exchange {
    fileprivate final var version: StaticString {
        self is HTTP2Exchange ? "2" : request.minorVersion == 0 ? "1.0" : "1.1"
    }

    /// Nanoseconds since its head was complete.
    final var age: UInt64 { worker.now - min(began, worker.now) }

    fileprivate final var endName: StaticString {
        if response.status == 101 { return "tunnel" }
        switch record.end {
        case .client: return "client"
        case .complete: return "complete"
        case .server: return "server"
        }
    }
}
