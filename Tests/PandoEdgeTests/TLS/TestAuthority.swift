import Foundation

@testable import PandoEdge

/// A certificate authority in a folder of its own, made by the command `openssl`.
final class TestAuthority: Sendable {
    /// One for all tests that need nothing special.
    static let shared: Result<TestAuthority, any Error> = Result {
        // Nobody lets go of a static property.
        atexit {
            guard case .success(let authority) = TestAuthority.shared else { return }
            try? FileManager.default.removeItem(atPath: authority.folder)  // As in deinit.
        }
        return try TestAuthority()
    }

    let folder: String
    /// Held while files are made: tests run at the same time, and two may want the same certificate.
    private let files = NSRecursiveLock()

    init() throws {
        folder = NSTemporaryDirectory() + "pando-tls-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try openssl(
            "req -x509 \(Self.newKey) -keyout ca.key -out ca.pem -subj /CN=Root -days 30"
                + " -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign,cRLSign"
        )
    }

    deinit {
        try? FileManager.default.removeItem(atPath: folder)  // A leftover of a test in the temporary folder.
    }

    private static let newKey = "-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes"

    /// The authority's certificate.
    var root: String { path("ca.pem") }

    func path(_ name: String) -> String { "\(folder)/\(name)" }

    @discardableResult
    func openssl(_ command: String) throws -> String {
        try ChildProcess.succeed(["openssl"] + command.split(separator: " ").map(String.init), folder: folder)
    }

    /// Signs a certificate, with the root behind it as its chain.
    func certificate(
        _ file: String,
        names: [String],
        subject: String? = nil,
        days: Int = 30
    ) throws -> TLSCertificateFiles {
        files.lock()
        defer { files.unlock() }
        let made = TLSCertificateFiles(certificate: path("\(file).pem"), key: path("\(file).key"))
        if FileManager.default.fileExists(atPath: made.certificate) { return made }
        try openssl("req -new \(Self.newKey) -keyout \(file).key -out \(file).csr -subj \(subject ?? "/CN=\(file)")")
        let extensions = names.isEmpty ? "" : "subjectAltName=" + names.joined(separator: ",")
        try extensions.write(toFile: path("\(file).ext"), atomically: true, encoding: .utf8)
        try openssl(
            "x509 -req -in \(file).csr -CA ca.pem -CAkey ca.key -CAcreateserial -days \(days)"
                + " -extfile \(file).ext -out \(file).leaf"
        )
        let chain =
            try String(contentsOfFile: path("\(file).leaf"), encoding: .utf8)
            + String(contentsOfFile: root, encoding: .utf8)
        try chain.write(toFile: made.certificate, atomically: true, encoding: .utf8)
        return made
    }

    /// Makes an OCSP response about a certificate of this authority.
    func status(of file: String, days: Int = 7) throws -> String {
        files.lock()
        defer { files.unlock() }
        let serial = try openssl("x509 -in \(file).leaf -noout -serial").split(separator: "=")[1]
            .trimmingCharacters(in: .whitespacesAndNewlines)
        try "V\t301231235959Z\t\t\(serial)\tunknown\t/CN=\(file)\n"
            .write(toFile: path("\(file).index"), atomically: true, encoding: .utf8)
        try openssl("ocsp -issuer ca.pem -cert \(file).leaf -reqout \(file).request -no_nonce")
        try openssl(
            "ocsp -index \(file).index -rsigner ca.pem -rkey ca.key -CA ca.pem -ndays \(days)"
                + " -reqin \(file).request -respout \(file).ocsp"
        )
        return path("\(file).ocsp")
    }

    /// A server's context with a certificate for `a.test`.
    func context(_ change: (inout TLSContext.Configuration) -> Void = { _ in }) throws -> TLSContext {
        let files = try certificate("a", names: ["DNS:a.test", "IP:127.0.0.1", "DNS:localhost"])
        var configuration = TLSContext.Configuration(certificates: [files])
        change(&configuration)
        return try TLSContext(configuration)
    }

    /// A client's context that trusts this authority.
    func client(_ change: (inout TLSClientContext.Configuration) -> Void = { _ in }) throws -> TLSClientContext {
        var configuration = TLSClientContext.Configuration()
        configuration.trust = .authorities(file: root)
        change(&configuration)
        return try TLSClientContext(configuration)
    }
}
