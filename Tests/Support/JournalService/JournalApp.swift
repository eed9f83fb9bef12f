import Pando

/// A small service with one of everything that can go wrong: the tests of PandoServiceTests run it as a process of its own, on
/// disks that get full, clocks that jump and files that are damaged.
struct JournalApp: App {
    static let name = "journal"
    var domains: [any Domain] { [Journal()] }
}
