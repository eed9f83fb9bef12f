public import Distributed
public import PandoTelemetry
import Synchronization
import Tracing

/// The distributed actor system of the domains of one process.
///
/// It hosts several instances of each interface, since one instance runs one call at a time between its awaits, and
/// gives calls to them in turn. What is not hosted here is called through the ``Transport``, if there is one.
public final class DomainSystem: DistributedActorSystem {
    /// Names instances.
    public typealias ActorID = DomainActorID
    /// What arguments and results must be.
    public typealias SerializationRequirement = any Codable
    /// See ``DomainInvocationEncoder``.
    public typealias InvocationEncoder = DomainInvocationEncoder
    /// See ``DomainInvocationDecoder``.
    public typealias InvocationDecoder = DomainInvocationDecoder
    /// See ``DomainResultHandler``.
    public typealias ResultHandler = DomainResultHandler

    /// Carries a call to the process that hosts its interface, and brings the answer.
    ///
    /// - Throws: where it does not know the outcome, whatever tells so; the call may have had its effect.
    public typealias Transport = @Sendable (DomainRequest) async throws -> DomainResponse

    private struct Hosted: Sendable {
        var instances: [any DomainInterface] = []
        /// How often an instance was picked.
        private var picks = 0

        /// Picks instances in turn.
        mutating func next() -> any DomainInterface {
            defer { picks &+= 1 }
            return instances[picks % instances.count]
        }
    }

    private struct State {
        /// By the interface's type, whose name would cost more to make than the call.
        var hosted: [ObjectIdentifier: Hosted] = [:]
        /// The interfaces by the names that other processes know.
        var named: [String: ObjectIdentifier] = [:]
        var lastInstance = 0
    }

    private let state = Mutex(State())
    let transport: Transport?
    let traces: TraceStore?

    /// Makes a system that hosts nothing yet.
    ///
    /// - Parameters:
    ///   - transport: Where calls to interfaces go that are not hosted here; none on rung 1.
    ///   - traces: Where calls from other processes continue their traces.
    public init(transport: Transport? = nil, traces: TraceStore? = nil) {
        self.transport = transport
        self.traces = traces
    }

    // MARK: Hosting

    /// Makes instances of an interface, which live as long as the system.
    ///
    /// - Parameters:
    ///   - type: The interface; hosting it again adds instances.
    ///   - instances: How many. 1 to 1,000.
    ///   - make: Makes one instance.
    public func host<Act: DomainInterface>(
        _ type: Act.Type,
        instances: Int = 4,
        _ make: (DomainSystem) throws -> Act
    ) rethrows {
        precondition((1...1000).contains(instances), "\(instances) instances of \(Act.interfaceName), not 1 to 1000")
        for _ in 0..<instances {
            let instance = try make(self)
            state.withLock { state in
                state.hosted[ObjectIdentifier(type), default: Hosted()].instances.append(instance)
                let other = state.named.updateValue(ObjectIdentifier(type), forKey: Act.interfaceName)
                let isAlone = other == nil || other == ObjectIdentifier(type)
                precondition(isAlone, "two interfaces are named \(Act.interfaceName)")
            }
        }
    }

    /// The next instance of an interface: a local one in turn, else one in another process.
    ///
    /// - Throws: ``DomainError`` with code `notHosted` where there is neither.
    public func instance<Act: DomainInterface>(of type: Act.Type) throws -> Act {
        if let local = state.withLock({ $0.hosted[ObjectIdentifier(type)]?.next() }) as? Act { return local }
        guard transport != nil else {
            throw DomainError(.notHosted, "domain interface \(Act.interfaceName) is not hosted in this process")
        }
        return try Act.resolve(id: DomainActorID(interface: Act.interfaceName), using: self)
    }

    /// Picks hosted instances of the interface of a name in turn.
    func next(_ interface: String) -> (any DomainInterface)? {
        state.withLock { state in state.named[interface].flatMap { state.hosted[$0]?.next() } }
    }

    // MARK: DistributedActorSystem

    /// The local instance of an identity, or nil, so that a proxy is made.
    public func resolve<Act: DistributedActor>(id: DomainActorID, as actorType: Act.Type) throws -> Act?
    where Act.ID == DomainActorID {
        let instances = state.withLock { state in
            state.named[id.interface].flatMap { state.hosted[$0]?.instances } ?? []
        }
        return instances.lazy.compactMap { $0 as? Act }.first { id.instance == nil || $0.id == id }
    }

    /// Gives a new instance its name.
    public func assignID<Act: DistributedActor>(_ actorType: Act.Type) -> DomainActorID
    where Act.ID == DomainActorID {
        let name = (actorType as? any DomainInterface.Type)?.interfaceName ?? String(describing: actorType)
        let instance = state.withLock { state in
            state.lastInstance += 1
            return state.lastInstance
        }
        return DomainActorID(interface: name, instance: instance)
    }

    /// Nothing to do: ``host(_:instances:_:)`` keeps instances.
    public func actorReady<Act: DistributedActor>(_ actor: Act) where Act.ID == DomainActorID {}

    /// Nothing to do: an instance that is hosted outlives every reference to it.
    public func resignID(_ id: DomainActorID) {}

    /// An encoder for a call to another process.
    public func makeInvocationEncoder() -> DomainInvocationEncoder { DomainInvocationEncoder() }
}
