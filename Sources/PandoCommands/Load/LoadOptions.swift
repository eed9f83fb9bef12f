import ArgumentParser
import PandoLoad

/// What `load` sends, when, and what it writes.
struct LoadOptions: ParsableArguments {
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Arrivals a second, evenly spaced.", valueName: "per-second")
    )
    var rate: Double?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Arrivals a second, independent of each other, as many users make them.",
            valueName: "per-second"
        )
    )
    var poisson: Double?

    @Option(
        help: ArgumentHelp("Take the arrivals from an access log in Common or Combined Log Format.", valueName: "file"),
        completion: .file()
    )
    var replay: String?

    @Option(
        help: ArgumentHelp("Take the arrivals from a file with one number a second a line.", valueName: "file"),
        completion: .file()
    )
    var series: String?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "A number of clients that wait for each answer, to find the throughput at saturation.",
            valueName: "clients"
        )
    )
    var closed: Int?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("With --replay: how many times faster than it was.", valueName: "factor")
    )
    var speedUp: Double = 1

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("With --series: what its numbers are multiplied by.", valueName: "factor")
    )
    var scale: Double = 1

    @Option(
        help: ArgumentHelp(
            "How long arrivals go on, such as 30s or 5m; 30s where neither --arrivals nor a file ends them.",
            valueName: "time"
        )
    )
    var duration: DurationArgument?

    @Option(parsing: .unconditional, help: ArgumentHelp("How many arrivals there are at most.", valueName: "count"))
    var arrivals: Int?

    @Option(
        help: ArgumentHelp("A scenario by its name; give it again for more. All of them without it.", valueName: "name")
    )
    var scenario: [String] = []

    @Option(
        help: ArgumentHelp("GET this path instead of playing scenarios; give it again for more.", valueName: "path")
    )
    var path: [String] = []

    @Flag(help: "With --replay: send the requests of the log itself, and not the scenarios.")
    var recorded = false

    @Option(parsing: .unconditional, help: ArgumentHelp("The most connections at a time.", valueName: "count"))
    var connections = 512

    @Option(parsing: .unconditional, help: ArgumentHelp("The most users of scenarios at a time.", valueName: "count"))
    var users = 128

    @Option(help: ArgumentHelp("How long a request may take.", valueName: "time"))
    var timeout = DurationArgument(.seconds(30))

    @Option(parsing: .unconditional, help: ArgumentHelp("Threads that make load.", valueName: "count"))
    var threads = 1

    @Option(help: ArgumentHelp("The same seed makes the same arrivals and the same mix.", valueName: "number"))
    var seed: UInt64 = 1

    mutating func validate() throws {
        let given = [rate != nil, poisson != nil, replay != nil, series != nil, closed != nil]
        if given.count(where: \.self) > 1 {
            throw ValidationError("Give one of --rate, --poisson, --replay, --series and --closed.")
        }
        try requirePositive()
        if recorded, replay == nil { throw ValidationError("--recorded needs --replay.") }
        if speedUp != 1, replay == nil { throw ValidationError("--speed-up needs --replay.") }
        if scale != 1, series == nil { throw ValidationError("--scale needs --series.") }
        if [recorded, !path.isEmpty, !scenario.isEmpty].count(where: \.self) > 1 {
            throw ValidationError("Give one of --recorded, --path and --scenario.")
        }
    }

    private func requirePositive() throws {
        let numbers: [(String, Double?)] = [
            ("--rate", rate), ("--poisson", poisson), ("--closed", closed.map(Double.init)), ("--speed-up", speedUp),
            ("--scale", scale), ("--arrivals", arrivals.map(Double.init)), ("--connections", Double(connections)),
            ("--users", Double(users)), ("--threads", Double(threads)),
        ]
        for case (let option, let number?) in numbers where !(number > 0) {
            throw ValidationError("\(option) must be more than 0.")
        }
    }

    /// The run that is asked for, against `target`. It blocks on the file of `--replay` or `--series`.
    ///
    /// - Throws: ``CommandFailure`` with status `badInput`: nothing was sent.
    func configuration(target: String, scenarios: [LoadScenario]) throws -> LoadRun.Configuration {
        do {
            let log = try replay.map { path throws(LoadError) in try AccessLog(path: path) }
            let arrivals = try loadArrivals(log)
            var configuration = LoadRun.Configuration(
                target: try LoadTarget(target),
                work: try work(log, scenarios),
                arrivals: arrivals
            )
            configuration.duration = duration?.duration
            if duration == nil, self.arrivals == nil, !arrivals.isFinite { configuration.duration = .seconds(30) }
            configuration.maxArrivals = self.arrivals
            configuration.maxConnections = connections
            configuration.maxUsers = users
            configuration.requestTimeout = timeout.duration
            configuration.eventLoops = threads
            configuration.seed = seed
            return configuration
        } catch let error as LoadError {
            throw CommandFailure(.badInput, ErrorText.words(of: error))
        }
    }

    private func loadArrivals(_ log: AccessLog?) throws -> LoadArrivals {
        if let log { return .replay(log, speedUp: speedUp) }
        if let series { return .series(try RateSeries(path: series), scale: scale) }
        if let poisson { return .poisson(ratePerSecond: poisson) }
        if let closed { return .closed(clients: closed) }
        if let rate { return .constant(ratePerSecond: rate) }
        throw CommandFailure(
            .badInput,
            "how much load is not said",
            remedy:
                "give one of --rate, --poisson, --replay, --series and --closed, such as '--poisson 20 --duration 10s'"
        )
    }

    private func work(_ log: AccessLog?, _ scenarios: [LoadScenario]) throws -> LoadWork {
        if recorded, let log { return .recorded(log) }
        if !path.isEmpty { return .requests(try path.map(request)) }
        let known = scenarios.map(\.name)
        guard !known.isEmpty else {
            throw CommandFailure(
                .badInput,
                "this app has no load scenarios",
                remedy: "give --path, or conform the app to LoadTested"
            )
        }
        for name in scenario where !known.contains(name) {
            throw CommandFailure(
                .badInput,
                "there is no scenario '\(name)'",
                remedy: "use one of: \(known.joined(separator: ", "))"
            )
        }
        return .scenarios(scenario.isEmpty ? scenarios : scenarios.filter { scenario.contains($0.name) })
    }

    private func request(_ path: String) throws -> LoadRequest {
        guard path.hasPrefix("/") else {
            throw CommandFailure(.badInput, "the path '\(path)' does not begin with '/'", remedy: "write '/\(path)'")
        }
        return LoadRequest("GET", path)
    }
}
