import Foundation

/// Whether the clock can be trusted: identifiers, sessions and schedules are made of it.
struct ClockCheck {
    let dataFolder: String
    var now = Date()
    /// The clock of a machine that never learned the time starts here or earlier: 2025-01-01.
    private static let earliest = Date(timeIntervalSince1970: 1_735_689_600)
    private static let remedy = "timedatectl set-ntp true"

    func findings() -> [Finding] {
        guard now >= ClockCheck.earliest else {
            return [Finding("clock", .failed, "it says \(now.ISO8601Format())", remedy: ClockCheck.remedy)]
        }
        if let (file, ahead) = newestFromTheFuture() {
            return [
                Finding(
                    "clock",
                    .failed,
                    "\(file) was written \(ahead) s in the future: the clock went back",
                    remedy: "wait, or mend the clock: \(ClockCheck.remedy)"
                )
            ]
        }
        guard ClockCheck.isSynchronised() else {
            return [
                Finding(
                    "clock",
                    .warning,
                    "\(now.ISO8601Format()), not synchronised with a time server",
                    remedy: ClockCheck.remedy
                )
            ]
        }
        return [Finding("clock", .ok, now.ISO8601Format())]
    }

    private func newestFromTheFuture() -> (file: String, seconds: Int)? {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: dataFolder)) ?? []  // no folder, no files
        let ahead = names.prefix(1_000).compactMap { name -> (String, Int)? in
            // A file may be gone by now.
            let attributes = try? FileManager.default.attributesOfItem(atPath: "\(dataFolder)/\(name)")
            guard let date = attributes?[.modificationDate] as? Date else { return nil }
            return (name, Int(date.timeIntervalSince(now)))
        }
        return ahead.filter { $0.1 > 5 }.max { $0.1 < $1.1 }
    }

    /// What systemd's time service says: it makes the file once it has heard from a server.
    ///
    /// - Returns: true where another service, or none, keeps the time.
    private static func isSynchronised() -> Bool {
        let folder = "/run/systemd/timesync"
        let files = FileManager.default
        return !files.fileExists(atPath: folder) || files.fileExists(atPath: "\(folder)/synchronized")
    }
}
