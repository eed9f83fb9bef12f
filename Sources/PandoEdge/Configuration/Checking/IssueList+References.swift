import Foundation
import PandoTopology

extension IssueList {
    /// Whether there is an upstream of a name.
    mutating func checkUpstream(_ name: String, _ keyPath: String) {
        guard !upstreams.contains(name) else { return }
        let names = upstreams.sorted()
        let hint = names.isEmpty ? "add it under 'upstreams'" : Suggestion.hint(for: name, among: names)
        error(keyPath, "no upstream is called '\(name)'", hint)
    }

    /// Whether a file is there and can be read.
    mutating func checkFile(_ path: String, _ keyPath: String) {
        checkPath(path, keyPath, isFolder: false, remedy: "check the path and its permissions")
    }

    /// Whether a folder is there and can be read.
    mutating func checkFolder(_ path: String, _ keyPath: String) {
        checkPath(path, keyPath, isFolder: true, remedy: "make the folder, or name another")
    }

    private mutating func checkPath(_ path: String, _ keyPath: String, isFolder: Bool, remedy: String) {
        let file = LocalFile(path)
        switch file.kind {
        case .missing: return error(keyPath, "'\(path)' does not exist", remedy)
        case .other: return error(keyPath, "'\(path)' is a device, a pipe or a socket", remedy)
        case .folder: if !isFolder { return error(keyPath, "'\(path)' is a folder", remedy) }
        case .file: if isFolder { return error(keyPath, "'\(path)' is a file", remedy) }
        }
        if !file.isReadable { error(keyPath, "'\(path)' cannot be read", remedy) }
    }

    /// Whether a PEM file has a block of a kind; what is in the block OpenSSL judges later.
    mutating func checkPEM(_ path: String, _ keyPath: String, block: String) {
        let count = found.count
        checkFile(path, keyPath)
        guard found.count == count else { return }
        guard let bytes = LocalFile(path).contents() else {
            return error(keyPath, "'\(path)' is not a PEM file", "name a PEM file of at most 1MiB")
        }
        let begins = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline).contains { line in
            line.hasPrefix("-----BEGIN ") && line.hasSuffix("\(block)-----")
        }
        if !begins {
            let what = block == "CERTIFICATE" ? "a certificate" : "a private key"
            error(keyPath, "'\(path)' holds no PEM block of \(what)", "name the file with 'BEGIN \(block)' in it")
        }
    }

    /// Whether the pair of files is there, and the key nobody else's.
    mutating func checkCertificate(_ pair: EdgeConfiguration.Certificate, _ keyPath: String) {
        checkPEM(pair.certificate, "\(keyPath).certificate", block: "CERTIFICATE")
        checkPEM(pair.key, "\(keyPath).key", block: "PRIVATE KEY")
        checkMode(pair.key, "\(keyPath).key")
        if let ocsp = pair.ocsp { checkFile(ocsp, "\(keyPath).ocsp") }
    }

    /// Whether a secret is where it is said to be, and long enough to be one.
    mutating func checkSecret(_ secret: EdgeConfiguration.Secret, _ keyPath: String, minimumBytes: Int) {
        switch secret {
        case .environment(let name):
            guard let value = environment[name] else {
                return error(keyPath, "the environment has no variable \(name)", "set it, or name a file")
            }
            checkLength(value.utf8.count, keyPath, minimumBytes)
        case .file(let path):
            let count = found.count
            checkFile(path, keyPath)
            guard found.count == count else { return }
            checkMode(path, keyPath)
            checkLength(secret.value(environment: environment)?.count ?? 0, keyPath, minimumBytes)
        }
    }

    private mutating func checkLength(_ bytes: Int, _ keyPath: String, _ minimumBytes: Int) {
        if bytes < minimumBytes {
            let problem = "the secret has \(bytes) bytes, and \(minimumBytes) are needed against guessing"
            error(keyPath, problem, "make one with 'openssl rand -hex 32'")
        }
    }

    private mutating func checkMode(_ path: String, _ keyPath: String) {
        if LocalFile(path).isOpenToAll {
            warn(keyPath, "every user of this machine can read '\(path)'", "run 'chmod o-r' on it")
        }
    }
}

extension EdgeConfiguration.Secret {
    /// The secret itself; nil where its place has none.
    ///
    /// - Parameter environment: nil for that of the process.
    package func value(environment: [String: String]? = nil) -> [UInt8]? {
        switch self {
        case .environment(let name):
            return (environment ?? ProcessInfo.processInfo.environment)[name].map { Array($0.utf8) }
        case .file(let path):
            guard var bytes = LocalFile(path).contents() else { return nil }
            while let last = bytes.last, [0x20, 0x09, 0x0A, 0x0D].contains(last) { bytes.removeLast() }
            return bytes
        }
    }
}
