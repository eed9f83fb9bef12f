/// Reads `acl` lines, and what `if` says with them.
struct HAProxyConditions {
    /// By their names: lines of one name are alternatives.
    private var named: [String: [[String]]] = [:]

    init(_ section: HAProxySection) {
        for line in section.lines where line.words.first == "acl" && line.words.count > 2 {
            named[line.words[1], default: []].append(Array(line.words.dropFirst(2)))
        }
    }

    /// The alternatives of a line's condition; one that asks for nothing where it has none, and nil where routes cannot say it.
    func matches(of line: HAProxyLine) -> [HAProxyMatch]? {
        guard let place = line.words.firstIndex(where: { $0 == "if" || $0 == "unless" }) else {
            return [HAProxyMatch()]
        }
        guard line.words[place] == "if" else { return nil }
        var alternatives: [HAProxyMatch] = []
        for part in line.words[(place + 1)...].split(whereSeparator: { $0 == "||" || $0 == "or" }) {
            guard let found = conjunction(Array(part)) else { return nil }
            alternatives += found
        }
        return alternatives.isEmpty || alternatives.count > 200 ? nil : alternatives
    }

    /// At least all that a line's condition holds for: what routes cannot say of it is left out.
    func enclosing(_ line: HAProxyLine) -> [HAProxyMatch] {
        guard let place = line.words.firstIndex(of: "if") else { return [HAProxyMatch()] }
        let parts = line.words[(place + 1)...].split(whereSeparator: { $0 == "||" || $0 == "or" })
        return parts.flatMap { conjunction(Array($0), isLoose: true) ?? [HAProxyMatch()] }
    }

    /// Whether a line asks for the client's address.
    func asksForAddress(_ line: HAProxyLine) -> Bool {
        tests(of: line).contains { $0.first == "src" || $0.first?.hasPrefix("src,") ?? false }
    }

    /// A beginning of a path that ends within a segment: routes take whole ones.
    func cutSegment(_ line: HAProxyLine) -> String? {
        tests(of: line).lazy.filter { test in
            test.first.map { $0.hasPrefix("path_beg") || $0.hasPrefix("path") && test.contains("beg") } ?? false
        }.joined().first { $0.hasPrefix("/") && !$0.hasSuffix("/") }
    }

    /// What a line asks for, in braces or by name, negated or not.
    private func tests(of line: HAProxyLine) -> [[String]] {
        let inBraces = line.words.split { ["{", "!{", "}"].contains($0) }.map(Array.init)
        return inBraces + line.words.flatMap { named[$0.hasPrefix("!") ? String($0.dropFirst()) : $0] ?? [] }
    }

    /// Whether a line holds for connections without TLS alone.
    static func isWithoutTLS(_ line: HAProxyLine) -> Bool {
        guard let place = line.words.firstIndex(where: { $0 == "if" || $0 == "unless" }) else { return false }
        let condition = line.words[place...].joined(separator: " ")
        return ["if !{ ssl_fc }", "unless { ssl_fc }", "if ! { ssl_fc }"].contains(condition)
    }

    /// - Parameter isLoose: Whether tests that routes cannot say are left out.
    private func conjunction(_ words: [String], isLoose: Bool = false) -> [HAProxyMatch]? {
        var (found, index) = ([HAProxyMatch()], 0)
        guard !words.isEmpty else { return nil }
        while index < words.count {
            var word = words[index]
            index += 1
            var isNegated = false
            if word == "!" {
                guard index < words.count else { return nil }
                (isNegated, word) = (true, words[index])
                index += 1
            } else if word.hasPrefix("!") {
                (isNegated, word) = (true, String(word.dropFirst()))
            }
            let tests: [[String]]
            if word == "{" {
                guard let end = words[index...].firstIndex(of: "}") else { return nil }
                tests = [Array(words[index..<end])]
                index = end + 1
            } else {
                guard let known = named[word] ?? Self.predefined[word] else {
                    if isLoose { continue }
                    return nil
                }
                tests = known
            }
            let each = tests.map { Self.alternatives(of: $0, isNegated: isNegated) }
            guard !each.contains(nil), !isNegated || each.count == 1 else {
                if isLoose { continue }
                return nil
            }
            let right = each.compactMap(\.self).flatMap(\.self)
            found = found.flatMap { one in right.compactMap { one.and($0) } }
            if found.isEmpty || found.count > 200 { return nil }
        }
        return found
    }

    private static let predefined = [
        "METH_GET": [["method", "GET"]], "METH_POST": [["method", "POST"]], "TRUE": [["always_true"]],
    ]

    /// `path_beg -i /api /v1`, `hdr(host) -i a.example`, `method POST`, `req.hdr(X-A) -m beg v`.
    private static func alternatives(of test: [String], isNegated: Bool) -> [HAProxyMatch]? {
        guard let criterion = test.first else { return nil }
        if criterion == "always_true" { return isNegated ? nil : [HAProxyMatch()] }
        var (values, way) = ([String](), "str")
        var rest = test.dropFirst()
        while let word = rest.popFirst() {
            switch word {
            case "-i", "--": continue
            case "-m": way = rest.popFirst() ?? "str"
            case _ where word.hasPrefix("-") && values.isEmpty: return nil
            default: values.append(word)
            }
        }
        var name = criterion.prefix { $0 != "(" && $0 != "," }
        let argument =
            criterion.split(separator: "(").dropFirst().first.map { $0.prefix { $0 != ")" && $0 != "," } } ?? ""
        // `hdr(host),field(1,:)` takes the port away, which routes do anyway.
        if criterion.contains("),"), !criterion.hasSuffix(",field(1,:)"), !criterion.hasSuffix(",lower") { return nil }
        if name.hasPrefix("req.") { name = name.dropFirst(4) }
        for (suffix, meaning) in [("_beg", "beg"), ("_end", "end")] where name.hasSuffix(suffix) {
            (name, way) = (name.dropLast(suffix.count), meaning)
        }
        switch name {
        case "path" where !isNegated: return paths(values, way)
        case "method" where !isNegated && way == "str" && !values.isEmpty: return [HAProxyMatch(methods: values)]
        case "hdr" where argument.lowercased() == "host": return isNegated ? nil : hosts(values, way)
        case "hdr" where !argument.isEmpty: return headers(String(argument), values, way, isNegated)
        default: return nil
        }
    }

    private static func paths(_ values: [String], _ way: String) -> [HAProxyMatch]? {
        let paths = values.map { value in
            way == "beg" ? (value.hasSuffix("/") ? value + "*" : value + "/*") : value
        }
        let areFine = paths.allSatisfy {
            $0.hasPrefix("/") && !$0.contains("{") && EdgeConfiguration.PathPattern.problem(with: $0) == nil
        }
        return ["str", "beg"].contains(way) && areFine && !paths.isEmpty ? paths.map { HAProxyMatch(path: $0) } : nil
    }

    private static func hosts(_ values: [String], _ way: String) -> [HAProxyMatch]? {
        let hosts = values.map { way == "end" && $0.hasPrefix(".") ? "*\($0)" : $0.lowercased() }
        let isWay = way == "str" || way == "end" && values.allSatisfy { $0.hasPrefix(".") }
        guard isWay, !hosts.isEmpty, hosts.allSatisfy(ImportValues.isHost) else { return nil }
        return [HAProxyMatch(hosts: hosts)]
    }

    private static func headers(_ name: String, _ values: [String], _ way: String, _ isNegated: Bool) -> [HAProxyMatch]?
    {
        switch (way, isNegated) {
        case ("found", _): [HAProxyMatch(headers: [name: isNegated ? .absent : .present])]
        case ("str", false) where !values.isEmpty: values.map { HAProxyMatch(headers: [name: .equals($0)]) }
        case ("beg", false) where !values.isEmpty: values.map { HAProxyMatch(headers: [name: .startsWith($0)]) }
        default: nil
        }
    }
}
