extension Topology {
    /// Two listeners on one port of one machine.
    func portIssues() -> [TopologyIssue] {
        var issues: [TopologyIssue] = []
        var taken: [(listener: Listener, owner: String)] = []
        for (index, group) in nodes.enumerated() {
            for (key, address) in [("address", group.address), ("admin", group.admin)] {
                guard let address, address.port != 0 else { continue }
                let listener = Listener(group, address)
                let path = "nodes[\(index)].\(key)"
                if listener.ports.upperBound > 65_535 {
                    issues.append(
                        refused(
                            path,
                            "\(group.count) nodes from port \(address.port) on end above port 65535",
                            "begin at a lower port"
                        )
                    )
                } else if let other = taken.first(where: { $0.listener.clashes(with: listener) }) {
                    let port = max(other.listener.ports.lowerBound, listener.ports.lowerBound)
                    issues.append(
                        refused(
                            path,
                            "port \(port) is taken by \(other.owner) already",
                            "choose another port (each copy takes the next one)"
                        )
                    )
                }
                taken.append((listener, "\(path) (\(group.title))"))
            }
        }
        return issues
    }

    private struct Listener {
        let region: String?
        let host: String
        let ports: ClosedRange<Int>

        init(_ group: NodeGroup, _ address: Address) {
            region = group.region
            host = address.host
            ports = address.port...(address.port + group.count - 1)
        }

        func clashes(with other: Listener) -> Bool {
            let isAny = ["0.0.0.0", "::"].contains(host) || ["0.0.0.0", "::"].contains(other.host)
            return region == other.region && ports.overlaps(other.ports) && (isAny || host == other.host)
        }
    }
}
