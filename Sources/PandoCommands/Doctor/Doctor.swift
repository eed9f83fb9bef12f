package import PandoTopology

/// Looks at this machine for what keeps an app from running, or will.
package struct Doctor: Sendable {
    /// Where the app keeps its data.
    package var dataFolder: String
    /// Where it will listen, with what for.
    package var listeners: [(purpose: ListenerPurpose, address: Address)]
    /// The folder of a package to build, where there is one.
    package var packageFolder: String?
    /// Whether a process is the app itself, which runs.
    package var isOwn: @Sendable (Int) -> Bool

    /// Creates a doctor for an app.
    package init(
        dataFolder: String,
        listeners: [(purpose: ListenerPurpose, address: Address)],
        packageFolder: String? = nil,
        isOwn: @escaping @Sendable (Int) -> Bool = { _ in false }
    ) {
        self.dataFolder = dataFolder
        self.listeners = listeners
        self.packageFolder = packageFolder
        self.isOwn = isOwn
    }

    /// Runs every check; none of them changes anything.
    package func examine() -> [Finding] {
        var findings: [Finding] = []
        if let packageFolder { findings += LibraryCheck(packageFolder: packageFolder).findings() }
        findings += DataFolderCheck(path: dataFolder).findings()
        findings += listeners.map { PortCheck(purpose: $0.purpose, address: $0.address, isOwn: isOwn).finding() }
        findings.append(DescriptorCheck.finding())
        findings += ClockCheck(dataFolder: dataFolder).findings()
        return findings
    }
}
