extension OutputBytes {
    /// Appends the line of a relayed connection as a JSON object.
    func appendJSON(_ relay: RelayClient, _ time: AccessLogTime) {
        let record = relay.record
        appendBegin(time)
        member(",\"client\":", relay.address?.ipAddress ?? "")
        member(",\"protocol\":", relay.listener.proto.rawValue)
        member(",\"listener\":", relay.listener.endpoint.description)
        if let name = record.serverName { member(",\"serverName\":", name) }
        append(",\"sentBytes\":")
        append(decimal: record.sentBytes)
        append(",\"receivedBytes\":")
        append(decimal: record.receivedBytes)
        append(",\"durationMicroseconds\":")
        append(decimal: Int(relay.age / 1_000))
        member(",\"end\":", record.end.rawValue)
        if let rejection = record.rejection { member(",\"rejected\":", rejection.rawValue) }
        if let upstream = relay.upstream { member(",\"upstream\":", upstream.name) }
        if let server = record.server { member(",\"server\":", server.name) }
        if let attempts = relay.attempts, attempts.count > 0 {
            append(",\"attempts\":")
            append(decimal: attempts.count)
        }
        if record.connected > 0 {
            append(",\"connectMicroseconds\":")
            append(decimal: Int((record.connected - min(record.began, record.connected)) / 1_000))
        }
        member(",\"connectionID\":", relay.id)
        append("}\n")
    }

    /// Appends the line of a relayed connection in the Combined Log Format, which has requests alone: the protocol stands where the
    /// method does, and the name that TLS asked for where the target does.
    func appendCombined(_ relay: RelayClient, _ time: AccessLogTime) {
        let record = relay.record
        append(relay.address?.ipAddress ?? "-")
        append(" - - [")
        append(time.common)
        append(relay.listener.proto == .tcp ? "] \"TCP " : "] \"TLS ")
        // A parser of the name has taken no other octets than those of hosts.
        append(record.serverName ?? "-")
        append(" -\" ")
        append(decimal: record.status)
        append(" ")
        append(decimal: record.sentBytes)
        append(" \"-\" \"-\"\n")
    }
}
