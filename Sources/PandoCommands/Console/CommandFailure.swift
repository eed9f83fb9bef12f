import Pando
import PandoDatabase
public import PandoTopology

/// Why a command did not do what it was asked: what is wrong, and what to do.
public struct CommandFailure: Error, Sendable, CustomStringConvertible {
    /// How the process ends.
    public var status: CommandStatus
    /// What is wrong; one line, or one line an issue.
    public var problem: String
    /// What to do; empty where the problem says it.
    public var remedy: String
    /// Places in a topology file, where that is the trouble.
    public var issues: [TopologyIssue]
    /// The code of the error behind it, for `--json`; nil where there is none.
    var code: String?

    /// Creates a failure.
    public init(_ status: CommandStatus, _ problem: String, remedy: String = "", issues: [TopologyIssue] = []) {
        self.status = status
        self.problem = problem
        self.remedy = remedy
        self.issues = issues
    }

    /// Describes any error in words for a person; a topology's issues keep their places, a block's error its code.
    ///
    /// - Parameter command: the command that a remedy is a part of.
    public init(describing error: any Error, command: String? = nil) {
        switch error {
        case let failure as CommandFailure: self = failure
        case let error as TopologyError:
            self.init(.badInput, error.description, issues: error.issues)
        case let error as DatabaseError where error.code == .corrupt && command != nil:
            let command = command ?? ""
            let remedy = "'\(command) doctor --deep' says what is damaged, '\(command) restore BACKUP' mends it"
            self.init(.failed, ErrorText.words(of: error), remedy: remedy)
        case let error as NodeError where error.code == .invalidConfiguration:
            self.init(.badInput, ErrorText.words(of: error))
        default:
            self.init(.failed, ErrorText.words(of: error))
        }
        code = code ?? ErrorText.code(of: error)
    }

    /// The problem and the remedy.
    public var description: String { remedy.isEmpty ? problem : "\(problem); \(remedy)" }
}

/// A failure as `--json` prints it.
struct FailureReport: Encodable {
    struct Body: Encodable {
        let status: Int32
        let problem: String
        let remedy: String
        let issues: [TopologyIssue]
        let code: String?
    }

    let error: Body

    init(_ failure: CommandFailure) {
        error = Body(
            status: failure.status.rawValue,
            problem: failure.problem,
            remedy: failure.remedy,
            issues: failure.issues,
            code: failure.code
        )
    }
}
