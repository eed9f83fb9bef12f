import Foundation
import PandoTopology

/// What a node that a conductor has started says when it is ready, in one line on its standard output.
struct NodeAnnouncement: Codable, CustomStringConvertible, Sendable, Equatable {
    /// Its name in the topology, such as `web-2`.
    let name: String
    let role: Role
    /// Where it answers requests; nil where it answers none.
    let address: Address?
    /// Where its dashboard, metrics and health are; nil where it has none.
    let admin: Address?
    let processID: Int

    init(name: String, role: Role, address: Address?, admin: Address?) {
        self.name = name
        self.role = role
        self.address = address?.reachable
        self.admin = admin?.reachable
        processID = Int(ProcessInfo.processInfo.processIdentifier)
    }

    var description: String { name + (address.map { " at \($0)" } ?? "") }

    /// Where a person finds what it does.
    var dashboard: String? { admin.map { "http://\($0)/dashboard" } }
}
