/// Names one instance of an interface, or any instance of it in another process.
public struct DomainActorID: Hashable, Sendable, Codable, CustomStringConvertible {
    /// The interface's name.
    public let interface: String
    /// The instance's number in its process; nil for whichever instance the other process picks.
    public let instance: Int?

    /// Names an instance, or any.
    public init(interface: String, instance: Int? = nil) {
        self.interface = interface
        self.instance = instance
    }

    /// The interface and the number.
    public var description: String { instance.map { "\(interface)#\($0)" } ?? interface }
}
