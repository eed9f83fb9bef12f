import Pando
import PandoCache
import PandoDomains
import Synchronization

let shimSystems = Mutex<[ObjectIdentifier: DomainSystem]>([:])
extension DomainBuilder {
    var system: DomainSystem {
        shimSystems.withLock {
            let k = ObjectIdentifier(sessions); if let s = $0[k] { return s }; let s = DomainSystem(); $0[k] = s;
            return s
        }
    }
}
