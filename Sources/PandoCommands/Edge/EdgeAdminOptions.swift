import ArgumentParser
import Foundation
import PandoEdge

/// Which edge a command is for.
struct EdgeAdminOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The file of the edge, whose 'admin' says where it is and what it bears.",
            valueName: "file"
        ),
        completion: .file(extensions: ["yaml", "yml"])
    )
    var config = "edge.yaml"
    @Option(
        help: ArgumentHelp(
            "The address of its admin interface, instead of the file's; the token is PANDO_EDGE_TOKEN then.",
            valueName: "address"
        )
    )
    var admin: String?

    /// Calls the edge; what it refuses is a failure with its words.
    func call(_ method: String, _ path: String, _ body: [String: AdminMember] = [:]) async throws -> [UInt8] {
        let reply: AdminCaller.Reply
        do {
            let bytes = method == "POST" ? Array(try JSONEncoder().encode(body)) : []
            reply = try await caller().call(method, path, bytes)
        } catch let error as AdminCaller.Failure {
            let remedy = "is it running, and is 'admin' in its file? name another with --admin"
            throw CommandFailure(.failed, error.description, remedy: remedy)
        }
        if (200..<300).contains(reply.status) { return reply.body }
        throw refusal(reply)
    }

    private func caller() throws -> AdminCaller {
        if let admin {
            guard let endpoint = EdgeConfiguration.Endpoint(admin: admin) else {
                throw CommandFailure(
                    .badInput,
                    "'\(admin)' is no address",
                    remedy: "write 127.0.0.1:9100 or unix:/run/edge.sock"
                )
            }
            return AdminCaller(endpoint, token: ProcessInfo.processInfo.environment["PANDO_EDGE_TOKEN"])
        }
        guard let caller = AdminCaller(try EdgeFile.load(config).configuration) else {
            throw CommandFailure(.badInput, "\(config) has no admin interface", remedy: "add 'admin: 9100' to it")
        }
        return caller
    }

    private func refusal(_ reply: AdminCaller.Reply) -> CommandFailure {
        do {
            let error = try JSONDecoder().decode(AdminProblem.Report.self, from: Data(reply.body)).error
            let issues = (error.issues ?? []).map { "\n\($0)" }.joined()
            let isInput = (400..<500).contains(reply.status)
            return CommandFailure(isInput ? .badInput : .failed, error.problem, remedy: error.remedy + issues)
        } catch {
            return CommandFailure(
                .failed,
                "the edge answered \(reply.status)",
                remedy: "is it an edge that listens there?"
            )
        }
    }
}

/// What a member of a command's body holds.
enum AdminMember: Encodable {
    case text(String)
    case flag(Bool)

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .text(let text): try container.encode(text)
        case .flag(let flag): try container.encode(flag)
        }
    }
}
