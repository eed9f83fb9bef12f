package import PandoDatabase
import PandoTopology

/// A PostgreSQL server at an address, and where what is known of it was written: for messages.
package struct AddressedServer: Sendable {
    /// The server.
    package let server: PostgresServer
    /// What the names of the variables begin with that say the rest, such as `HOTEL_DATABASE_`.
    let variables: String
    /// The topology file that has the address.
    let file: String?

    /// Looks whether the server lets the program in, so that what is wrong with that is told before all else.
    ///
    /// - Throws: ``CommandFailure`` with the place of the address and what to look at.
    func requireConnection() async throws {
        do {
            try await Database.check(server)
        } catch let error as DatabaseError {
            throw failure(error)
        }
    }

    func failure(_ error: DatabaseError) -> CommandFailure {
        let key = "engines.database.address"
        let place = file.flatMap { file in
            Topology.place(of: key, in: file).map { "\(file):\($0.line):\($0.column): " }
        }
        // A line for each address of a host; libpq's own advice, which knows nothing of our variables, is left out.
        let lines = error.message.split(whereSeparator: \.isNewline).filter {
            !$0.hasPrefix("\t") && !$0.hasPrefix("Either ")
        }
        let words = lines.joined(separator: "; ").split(separator: " ").joined(separator: " ")
        var failure = CommandFailure(.failed, "\(place ?? "")\(key): \(words)", remedy: remedy(for: words))
        failure.code = "\(error.code)"
        return failure
    }

    /// What to do, by the words of libpq and of the server, which come without a code.
    private func remedy(for words: String) -> String {
        remedies.first { $0.signs.contains { words.contains($0) } }?.remedy ?? ""
    }

    private var remedies: [(signs: [String], remedy: String)] { tlsRemedies + userRemedies + addressRemedies }

    private var tlsRemedies: [(signs: [String], remedy: String)] {
        let authorities = server.rootCertificate.map { "those in \($0)" } ?? "the system's authorities"
        return [
            (
                ["does not support SSL"],
                "switch 'ssl' on in the server; or, where nobody can listen between, set \(variables)TLS=disable"
            ),
            (
                ["certificate verify failed"],
                "its certificate is signed by none of \(authorities): set \(variables)CA to a file with its authority's "
                    + "certificate (its own, if it signed itself), or \(variables)TLS=require to trust whoever answers"
            ),
            (
                ["does not match host name"],
                "write the name that its certificate has as the address, or set \(variables)TLS=verify-ca"
            ),
            (["root certificate file"], "set \(variables)CA to a file of certificates that is there and can be read"),
            (
                ["no encryption", "SSL off"],
                "the server wants TLS of this user, or knows no such user: leave \(variables)TLS out, or add a line to its "
                    + "pg_hba.conf"
            ),
            (["no pg_hba.conf entry"], "add a line for this user, database and address to the server's pg_hba.conf"),
        ]
    }

    private var userRemedies: [(signs: [String], remedy: String)] {
        [
            (
                ["no password supplied"],
                "set \(variables)PASSWORD, or the file 'database-password' in the secrets folder"
            ),
            (
                ["authentication failed", "role \"\(server.user)\" does not exist"],
                "check the user '\(server.user)' (\(variables)USER) and \(variables)PASSWORD"
            ),
            (
                ["database \"\(server.database)\" does not exist"],
                "make it ('createdb \(server.database)'), or name another one by \(variables)NAME"
            ),
        ]
    }

    private var addressRemedies: [(signs: [String], remedy: String)] {
        [
            (
                ["could not translate host name"],
                "correct the address, or look why 'getent hosts \(server.host)' finds nothing"
            ),
            (
                ["Connection refused", "timeout expired", "timed out", "No route to host", "unreachable"],
                "correct the address, or look whether the server runs and listens there (its 'listen_addresses' and 'port', a "
                    + "firewall): 'pg_isready -h \(server.host) -p \(server.port)'"
            ),
        ]
    }
}
