import Synchronization

extension Upstream {
    /// Works out which servers picks choose from, after something has changed. Where another thread is at it already, what was known before
    /// is good enough.
    @inline(never)
    func look(at now: UInt64) {
        _ = shared.comparison.withLockIfAvailable { refresh(&$0, at: now) }
    }

    /// Works it out with the comparison's lock held.
    func refresh(_ comparison: inout UpstreamState.Comparison, at now: UInt64) {
        // Read first: a change while this runs leads to another look.
        let changes = shared.changes.value
        if let outliers = settings.outliers, now >= comparison.due {
            comparison.due = now &+ outliers.interval.wholeNanoseconds
            compare(outliers, at: now)
        }
        let view = View(self, at: now)
        candidates.preferred.store(view.preferred)
        candidates.others.store(view.others)
        candidates.weight.store(weight(of: view.preferred), ordering: .relaxed)
        candidates.isPanic.store(view.isPanic, ordering: .relaxed)
        candidates.slowUntil.store(slowUntil(now), ordering: .relaxed)
        candidates.nextLook.store(nextLook(now, comparison), ordering: .relaxed)
        candidates.seen.store(changes, ordering: .relaxed)
    }

    /// Whether another server than these could be asked now.
    package func hasOther(than tried: ServerSet) -> Bool {
        let usable = candidates.preferred.load().union(candidates.others.load())
        return !usable.subtracting(tried).isEmpty
    }

    /// Whether requests go to servers that are not healthy, because too few are.
    package var isPanic: Bool { candidates.isPanic.load(ordering: .relaxed) }

    private func weight(of set: ServerSet) -> Int {
        var sum = 0
        set.forEach { sum += servers[$0].settings.weight }
        return sum
    }

    private func slowUntil(_ now: UInt64) -> UInt64 {
        guard slowStart > 0 else { return 0 }
        let latest = servers.reduce(0) { max($0, $1.state.usableSince(now)) }
        return latest == 0 ? 0 : latest &+ slowStart
    }

    private func nextLook(_ now: UInt64, _ comparison: UpstreamState.Comparison) -> UInt64 {
        servers.reduce(settings.outliers == nil ? .max : comparison.due) { next, server in
            let ejected = server.state.ejectedUntil.load(ordering: .relaxed)
            return ejected > now ? min(next, ejected) : next
        }
    }

    // MARK: Ejection

    /// Compares the servers with each other, and ejects those that do much worse. The comparison's lock is held.
    private func compare(_ settings: OutlierSettings, at now: UInt64) {
        let samples = servers.map { $0.state.window.take() }
        let outliers = Outliers.among(samples, settings)
        for index in outliers { eject(servers[index].state, settings, at: now) }
        let interval = settings.interval.wholeNanoseconds
        for server in servers where !outliers.contains(server.index) && server.health(at: now) == .healthy {
            // A server that has just returned has not behaved yet.
            guard server.state.usableSince(now) &+ interval <= now else { continue }
            server.state.record.withLock { $0.ejections.forgive() }
        }
    }

    /// Ejects a server where that leaves enough of them. The comparison's lock is held.
    func eject(_ state: ServerState, _ settings: OutlierSettings, at now: UInt64) {
        let group = servers.filter { $0.settings.isBackup == isBackup(state) }
        let ejected = group.count { $0.state.ejectedUntil.load(ordering: .relaxed) > now }
        guard ejected < settings.allowed(of: group.count), state.ejectedUntil.load(ordering: .relaxed) <= now else {
            return
        }
        state.eject(settings, at: now)
    }

    private func isBackup(_ state: ServerState) -> Bool {
        servers.first { $0.state === state }?.settings.isBackup ?? false
    }
}

/// Who is to be chosen from, by the health of all.
private struct View {
    var preferred = ServerSet()
    var others = ServerSet()
    var isPanic = false

    init(_ upstream: Upstream, at now: UInt64) {
        let settings = upstream.settings
        let open = upstream.servers.filter { !$0.isDraining && $0.settings.weight > 0 }
        let primaries = open.filter { !$0.settings.isBackup }
        let healthy = primaries.filter { $0.health(at: now) == .healthy }
        let backups = open.filter { $0.settings.isBackup && $0.health(at: now) == .healthy }
        let isTooFew = Double(healthy.count) < settings.panicThreshold * Double(primaries.count)
        if healthy.isEmpty, !backups.isEmpty {
            split(backups, settings)
        } else if isTooFew {
            let proven = primaries.filter { $0.health(at: now) != .unproven }
            isPanic = proven.count > healthy.count
            split(proven, settings)
        } else {
            split(healthy, settings)
        }
    }

    private mutating func split(_ servers: [Server], _ settings: Upstream.Settings) {
        let local = settings.prefersLocal ? servers.filter(\.settings.isLocal) : []
        for server in servers {
            if local.isEmpty || server.settings.isLocal {
                preferred.insert(server.index)
            } else {
                others.insert(server.index)
            }
        }
    }
}
