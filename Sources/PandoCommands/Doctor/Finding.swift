/// What one check of `doctor` found.
package struct Finding: Sendable, Hashable, Encodable {
    /// How it is.
    package enum State: String, Sendable, Encodable {
        /// Nothing to do.
        case ok
        /// It works, and will not for long or not for many.
        case warning
        /// It does not work.
        case failed
    }

    /// What was checked, such as `port 8080`.
    package var check: String
    /// How it is.
    package var state: State
    /// What was found.
    package var found: String
    /// The command that mends it, as it is typed; or what to do where no command does.
    package var remedy: String

    /// Creates a finding.
    package init(_ check: String, _ state: State, _ found: String, remedy: String = "") {
        self.check = check
        self.state = state
        self.found = found
        self.remedy = remedy
    }
}

/// What `doctor` found.
package struct DoctorReport: Sendable, Encodable, CustomStringConvertible {
    /// In the order of the checks.
    package let findings: [Finding]
    /// Whether nothing failed; warnings may be there.
    package let healthy: Bool

    /// Creates a report.
    package init(_ findings: [Finding]) {
        self.findings = findings
        healthy = !findings.contains { $0.state == .failed }
    }

    /// One line a finding, and under it what to do.
    package var description: String {
        let width = findings.map(\.check.count).max() ?? 0
        var lines = findings.flatMap { finding in
            let mark = finding.state == .ok ? "ok     " : finding.state == .warning ? "warning" : "FAILED "
            let name = finding.check + String(repeating: " ", count: width - finding.check.count)
            let line = "\(mark)  \(name)  \(finding.found)"
            return finding.remedy.isEmpty ? [line] : [line, "         do: \(finding.remedy)"]
        }
        let failed = findings.count { $0.state == .failed }
        let warnings = findings.count { $0.state == .warning }
        lines.append(
            failed + warnings == 0
                ? "all is well" : "\(failed) failed, \(warnings) \(warnings == 1 ? "warning" : "warnings")"
        )
        return lines.joined(separator: "\n")
    }
}
