/// What `migrate` did.
struct MigrateReport: Encodable, CustomStringConvertible {
    let database: String
    let applied: Int

    var description: String {
        applied == 0
            ? "\(database) is up to date"
            : "\(database): \(applied) \(applied == 1 ? "migration" : "migrations") applied"
    }
}

/// What `backup` wrote.
struct BackupReport: Encodable, CustomStringConvertible {
    let database: String
    let backup: String
    let bytes: Int
    let seconds: Double

    var description: String { "\(database) is backed up to \(backup) (\(SizeText.of(bytes: bytes)))" }
}

/// What `restore` put where.
struct RestoreReport: Encodable, CustomStringConvertible {
    let backup: String
    let database: String
    let replaced: String?

    var description: String {
        "\(database) is restored from \(backup)" + (replaced.map { "\nwhat was there is kept as \($0)" } ?? "")
    }
}

/// A size as a person reads it.
enum SizeText {
    static func of(bytes: Int) -> String {
        switch bytes {
        case ..<1_024: "\(bytes) bytes"
        case ..<1_048_576: "\(bytes / 1_024) KiB"
        case ..<1_073_741_824: "\(tenths(bytes, 1_048_576)) MiB"
        default: "\(tenths(bytes, 1_073_741_824)) GiB"
        }
    }

    private static func tenths(_ bytes: Int, _ unit: Int) -> String {
        let tenths = (bytes * 10 + unit / 2) / unit
        return "\(tenths / 10).\(tenths % 10)"
    }
}
