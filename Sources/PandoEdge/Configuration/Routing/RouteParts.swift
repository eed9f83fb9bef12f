/// The compiled routes: hosts, paths and segments as numbers of each other.
struct RouteParts: Sendable {
    /// The routes of a host.
    struct Group: Sendable {
        /// A node.
        var root: Int32
        var hasExact = false
        var hasTemplates = false
        var hasPrefixes = false
    }

    /// A place in the tree of segments.
    struct Node: Sendable {
        /// The node behind a parameter; -1 for none.
        var parameter: Int32 = -1
        /// Candidates of templates that end here, and of prefixes.
        var templates = Candidates()
        var prefixes = Candidates()
    }

    /// Some of ``candidates``, the strongest first.
    struct Candidates: Sendable {
        var start: Int32 = 0
        var end: Int32 = 0
    }

    /// What is left to look at where host and path hold.
    struct Candidate: Sendable {
        let route: Int32
        /// A bit for each known method, and one for all others.
        let methods: UInt16
        /// Further methods by name; only looked at where the bits say no.
        let names: [[UInt8]]
        let conditions: [FieldTest]
    }

    /// Names under 0, what follows `*.` under 1.
    private(set) var hosts = ByteTable()
    private(set) var hasHosts = false
    private(set) var hasWildcards = false
    /// The group of any host; -1 for none.
    private(set) var anyHost = -1
    private(set) var groups: ContiguousArray<Group> = []
    /// Whole paths by their group.
    private(set) var exact = ByteTable()
    private(set) var exactCandidates: ContiguousArray<Candidates> = []
    /// Nodes by node and segment.
    private(set) var edges = ByteTable()
    private(set) var nodes: ContiguousArray<Node> = []
    private(set) var candidates: ContiguousArray<Candidate> = []
    /// Whether the edge answers preflights for a route.
    let crossOrigin: [Bool]

    init(_ ranked: [RankedRoute], _ routes: [EdgeConfiguration.PlacedRoute]) {
        crossOrigin = routes.map { $0.route.cors != nil }
        let byHost = Dictionary(grouping: ranked, by: \.place.host)
        for host in byHost.keys.sorted() {
            let group = addGroup(host)
            let byPlace = Dictionary(grouping: byHost[host] ?? [], by: \.place)
            for (place, routes) in byPlace { add(place, routes.sorted(), to: group) }
        }
    }

    private mutating func addGroup(_ host: String) -> Int {
        let group = groups.count
        groups.append(Group(root: Int32(nodes.count)))
        nodes.append(Node())
        if host.isEmpty {
            anyHost = group
        } else {
            let isWild = host.hasPrefix("*.")
            hasHosts = true
            hasWildcards = hasWildcards || isWild
            hosts.insert(isWild ? 1 : 0, Array(isWild ? host.dropFirst(2).utf8 : host[...].utf8), Int32(group))
        }
        return group
    }

    private mutating func add(_ place: RankedRoute.Place, _ routes: [RankedRoute], to group: Int) {
        let start = Int32(candidates.count)
        candidates.append(contentsOf: routes.map(Candidate.init))
        let range = Candidates(start: start, end: Int32(candidates.count))
        if !place.isPrefix, !place.shape.contains(nil) {
            let path = place.shape.flatMap { [UInt8(ascii: "/")] + ($0 ?? []) }
            exact.insert(Int32(group), path, Int32(exactCandidates.count))
            exactCandidates.append(range)
            groups[group].hasExact = true
            return
        }
        var node = groups[group].root
        for segment in place.shape { node = step(node, segment) }
        if place.isPrefix {
            nodes[Int(node)].prefixes = range
            groups[group].hasPrefixes = true
        } else {
            nodes[Int(node)].templates = range
            groups[group].hasTemplates = true
        }
    }

    /// The node behind a segment, made where it is not there.
    private mutating func step(_ node: Int32, _ segment: [UInt8]?) -> Int32 {
        let known = segment.map { literal in literal.withUnsafeBufferPointer { edges.find(node, $0) } }
        let found = known ?? nodes[Int(node)].parameter
        if found >= 0 { return found }
        let made = Int32(nodes.count)
        nodes.append(Node())
        if let segment {
            edges.insert(node, segment, made)
        } else {
            nodes[Int(node)].parameter = made
        }
        return made
    }
}

extension RouteParts.Candidate {
    init(_ ranked: RankedRoute) {
        route = Int32(ranked.index)
        conditions = ranked.conditions.map(FieldTest.init)
        guard !ranked.methods.isEmpty else {
            (methods, names) = (.max, [])
            return
        }
        var bits: UInt16 = 0
        var others: [[UInt8]] = []
        for name in ranked.methods.sorted() {
            let octets = Array(name.utf8)
            let method = octets.withUnsafeBufferPointer { Method($0) }
            if method == .other { others.append(octets) } else { bits |= 1 << UInt16(method.rawValue) }
        }
        (methods, names) = (bits, others)
    }
}
