import Crypto
import Foundation
import NIOCore

/// Reads a folder of static files once.
///
/// Hidden files and everything below hidden folders are left out, and so are symbolic links, for they could lead anywhere.
struct StaticFolder {
    let folder: String
    let configuration: StaticFiles.Configuration

    /// All assets by their path below the folder.
    func read() throws -> [String: StaticAsset] {
        let root = URL(fileURLWithPath: folder, isDirectory: true)
        var isDirectory: ObjCBool = false
        guard FileManager.default.fileExists(atPath: folder, isDirectory: &isDirectory), isDirectory.boolValue else {
            throw StaticFilesError("the folder of static files '\(folder)' does not exist; make it or name another")
        }
        var assets: [String: StaticAsset] = [:]
        var memory = 0
        for path in try paths(below: root, prefix: "") {
            guard assets.count < configuration.maximumFiles else {
                throw StaticFilesError(
                    "'\(folder)' holds more than \(configuration.maximumFiles) files; raise maximumFiles"
                )
            }
            let asset = try read(path, root, memory: &memory)
            assets[path] = asset
        }
        return assets
    }

    private func paths(below url: URL, prefix: String) throws -> [String] {
        let names: [String]
        do {
            names = try FileManager.default.contentsOfDirectory(atPath: url.path).sorted()
        } catch {
            throw StaticFilesError("the folder '\(url.path)' cannot be read: \(error.localizedDescription)")
        }
        return try names.filter { !$0.hasPrefix(".") }.flatMap { name in
            let child = url.appendingPathComponent(name)
            let attributes = try FileManager.default.attributesOfItem(atPath: child.path)
            switch attributes[.type] as? FileAttributeType {
            case .typeDirectory: return try paths(below: child, prefix: prefix + name + "/")
            case .typeRegular: return [prefix + name]
            default: return []
            }
        }
    }

    private func read(_ path: String, _ root: URL, memory: inout Int) throws -> StaticAsset {
        let url = root.appendingPathComponent(path)
        let attributes = try FileManager.default.attributesOfItem(atPath: url.path)
        let size = (attributes[.size] as? Int) ?? 0
        let modified = Int((attributes[.modificationDate] as? Date)?.timeIntervalSince1970 ?? 0)
        let type = ContentType.of(fileName: path)
        guard size <= configuration.inMemoryFileBytes, memory + size <= configuration.inMemoryBytes else {
            return StaticAsset(
                path: url.path,
                size: size,
                contentType: type,
                modified: modified,
                digest: try digest(url)
            )
        }
        memory += size
        let bytes = [UInt8](try Data(contentsOf: url))
        let sibling = root.appendingPathComponent(path + ".gz")
        let packed = FileManager.default.fileExists(atPath: sibling.path) ? [UInt8](try Data(contentsOf: sibling)) : nil
        let asset = StaticAsset(bytes, contentType: type, modified: modified, packed: packed)
        memory += asset.gzip?.readableBytes ?? 0
        return asset
    }

    private func digest(_ url: URL) throws -> SHA256.Digest {
        let file = try FileHandle(forReadingFrom: url)
        defer { try? file.close() }  // it was only read
        var hash = SHA256()
        while let chunk = try file.read(upToCount: 1024 * 1024), !chunk.isEmpty { hash.update(data: chunk) }
        return hash.finalize()
    }
}
