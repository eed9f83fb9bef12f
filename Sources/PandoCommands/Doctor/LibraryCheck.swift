import Foundation

/// The C libraries that a build needs.
struct LibraryCheck {
    struct Library: Sendable {
        let package: String
        let header: String
    }

    static let libraries = [
        Library(package: "libsqlite3-dev", header: "sqlite3.h"), Library(package: "zlib1g-dev", header: "zlib.h"),
        Library(package: "libpq-dev", header: "postgresql/libpq-fe.h"),
        Library(package: "libssl-dev", header: "openssl/ssl.h"),
        Library(package: "libnghttp2-dev", header: "nghttp2/nghttp2.h"),
    ]

    /// Where headers are looked for.
    var includeFolders = ["/usr/include", "/usr/local/include"]
    let packageFolder: String

    func findings() -> [Finding] {
        guard FileManager.default.fileExists(atPath: packageFolder + "/Package.swift") else { return [] }
        let missing = LibraryCheck.libraries.filter { library in
            !includeFolders.contains { FileManager.default.fileExists(atPath: "\($0)/\(library.header)") }
        }
        guard !missing.isEmpty else {
            return [Finding("C libraries", .ok, LibraryCheck.libraries.map(\.package).joined(separator: ", "))]
        }
        let names = missing.map(\.package)
        let command = "apt-get install -y \(names.joined(separator: " "))"
        return [
            Finding(
                "C libraries",
                .failed,
                "missing: \(names.joined(separator: ", "))",
                remedy: geteuid() == 0 ? command : "sudo \(command)"
            )
        ]
    }
}
