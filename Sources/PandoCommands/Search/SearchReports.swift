import PandoEvents

/// How every read model stands.
struct ReadModelsReport: Encodable, CustomStringConvertible {
    let models: [ProjectionStatus]

    var description: String {
        guard !models.isEmpty else { return "this app has no read models" }
        var table = TextTable(
            ["read model", "generation", "version", "state", "position", "lag", "trouble"],
            rightAligned: [1, 2, 4, 5]
        )
        for model in models {
            let lag = model.lag >= ProjectionStatus.maximumLag ? "\(model.lag)+" : "\(model.lag)"
            table.add([
                model.name, "\(model.generation)", "\(model.version)", model.state.rawValue, "\(model.position)", lag,
                model.failure ?? "",
            ])
        }
        return table.text
    }
}

/// What `search rebuild` did.
struct RebuildReport: Encodable, CustomStringConvertible {
    struct Model: Encodable {
        let name: String
        let taken: Int
        let seconds: Double
    }

    let rebuilt: [Model]

    var description: String {
        rebuilt.map { model in
            let tenths = Int((model.seconds * 10).rounded())
            return "rebuilt \(model.name) from \(model.taken) events or documents in \(tenths / 10).\(tenths % 10) s"
        }.joined(separator: "\n")
    }
}
