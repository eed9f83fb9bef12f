import Foundation

/// Where a new service gets the package pando from.
enum PandoSource: Sendable, Hashable {
    /// A checkout on this machine.
    case path(String)
    /// A repository, at its branch main.
    case url(String)

    /// Reads what a person gave: a URL, or the folder of a checkout.
    init(_ text: String) throws(CommandFailure) {
        if text.contains("://") || text.hasPrefix("git@") {
            guard text.unicodeScalars.allSatisfy({ $0.value > 0x20 && $0 != "\"" && $0 != "\\" }) else {
                throw CommandFailure(
                    .badInput,
                    "'\(text)' is not a URL",
                    remedy: "write it as https://host/owner/pando.git"
                )
            }
            self = .url(text)
            return
        }
        let path = URL(fileURLWithPath: text).standardizedFileURL.path
        guard PandoSource.isCheckout(path) else {
            throw CommandFailure(
                .badInput,
                "\(path) is not a checkout of pando",
                remedy: "give its folder, or the URL of its repository"
            )
        }
        self = .path(path)
    }

    /// The checkout that a program was built in: the folder above its `.build`.
    init?(builtProgram: String) {
        var folder = URL(fileURLWithPath: builtProgram).resolvingSymlinksInPath().deletingLastPathComponent()
        while folder.path != "/" {
            if folder.lastPathComponent == ".build" {
                let checkout = folder.deletingLastPathComponent().path
                guard PandoSource.isCheckout(checkout) else { return nil }
                self = .path(checkout)
                return
            }
            folder = folder.deletingLastPathComponent()
        }
        return nil
    }

    private static func isCheckout(_ folder: String) -> Bool {
        let manifest = try? String(contentsOfFile: folder + "/Package.swift", encoding: .utf8)  // no file, no checkout
        return manifest?.contains("name: \"pando\"") ?? false
    }

    /// The line of a manifest; `folder` is where the manifest will be.
    var dependency: String {
        switch self {
        case .path(let path): ".package(name: \"pando\", path: \(PandoSource.literal(path)))"
        case .url(let url): ".package(url: \(PandoSource.literal(url)), branch: \"main\")"
        }
    }

    /// The name by which products of the package are found.
    var package: String {
        switch self {
        case .path: "pando"
        case .url(let url):
            url.split(separator: "/").last.map { $0.hasSuffix(".git") ? String($0.dropLast(4)) : String($0) } ?? "pando"
        }
    }

    private static func literal(_ text: String) -> String {
        "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
    }
}
