/// Why a request to the admin interface is refused: what is wrong, where, and what to do. Nothing was done.
package struct AdminProblem: Error, Sendable, Codable {
    /// A body that says it: `{"error": {…}}`.
    package struct Report: Codable {
        package let error: AdminProblem
    }

    /// Something in the edge's file.
    package struct Issue: Sendable, Codable, CustomStringConvertible {
        let severity: String
        let file: String
        /// From 1; 0 where it is not known.
        let line: Int
        let column: Int
        let field: String
        let problem: String
        let remedy: String

        init(_ issue: EdgeIssue) {
            severity = issue.severity.rawValue
            (file, line, column) = (issue.file, issue.line, issue.column)
            (field, problem, remedy) = (issue.keyPath, issue.problem, issue.remedy)
        }

        /// In one line, as compilers print.
        package var description: String { "\(file):\(line):\(column): \(severity): \(field): \(problem); \(remedy)" }
    }

    let status: Int
    /// The member of the request's body that it is about; left out where it is about all of it.
    let field: String?
    package let problem: String
    package let remedy: String
    /// What is wrong with the file, at a reload.
    package var issues: [Issue]?
    /// Further fields of the answer.
    var fields: [(name: String, value: String)] = []

    init(_ status: Int, field: String? = nil, _ problem: String, _ remedy: String) {
        self.status = status
        self.field = field
        self.problem = problem
        self.remedy = remedy
    }

    private enum CodingKeys: CodingKey {
        case status, field, problem, remedy, issues
    }
}
