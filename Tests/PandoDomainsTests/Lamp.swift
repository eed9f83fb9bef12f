import Distributed
import PandoDomains

/// Another domain's interface.
distributed actor Lamp: DomainInterface {
    typealias ActorSystem = DomainSystem

    distributed func isOn() -> Bool { true }
}
