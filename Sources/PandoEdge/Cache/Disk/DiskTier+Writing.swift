import Synchronization

#if canImport(Glibc)
    import Glibc
#endif

extension DiskTier {
    /// Has an entry written, where there is room in the queue.
    func store(_ entry: CacheEntry, maximumVariants: Int) {
        let number: UInt64? = state.withLock { state in
            let isPaused = state.pausedUntil.map { ContinuousClock.now < $0 } ?? false
            guard !isPaused, !state.isStopped, state.pendingBytes + entry.weight <= configuration.queueBytes else {
                return nil
            }
            defer { state.nextNumber += 1 }
            state.pending[state.nextNumber] = entry.key
            state.pendingBytes += entry.weight
            return state.nextNumber
        }
        guard let number else {
            // Without it an older one would be found.
            remove(entry.key, entry.variant)
            return tally.add(.diskSkip)
        }
        thread.perform { [self] in write(entry, number, maximumVariants) }
    }

    private func write(_ entry: CacheEntry, _ number: UInt64, _ maximumVariants: Int) {
        let isWanted = state.withLock { state in
            state.pendingBytes -= entry.weight
            return state.pending[number] != nil && !(state.pausedUntil.map { ContinuousClock.now < $0 } ?? false)
        }
        guard isWanted, entry.purged(purges) == nil else { return skip(entry, number) }
        let header = DiskFormat.header(entry, hasher)
        do throws(DiskError) {
            try files.write(number, [header] + entry.body.chunks)
        } catch {
            tally.add(.diskFailure)
            state.withLock { $0.pausedUntil = ContinuousClock.now + .seconds(configuration.pauseSeconds) }
            return skip(entry, number)
        }
        index(entry, number, header.count + entry.body.count, maximumVariants)
    }

    private func skip(_ entry: CacheEntry, _ number: UInt64) {
        state.withLock { $0.pending[number] = nil }
        remove(entry.key, entry.variant)
        tally.add(.diskSkip)
    }

    private func index(_ entry: CacheEntry, _ number: UInt64, _ bytes: Int, _ maximumVariants: Int) {
        let record = DiskRecord(entry, number: number, fileBytes: bytes)
        let gone: [DiskRecord] = state.withLock { state in
            // Taken out while it was written: it was invalidated.
            guard state.pending.removeValue(forKey: number) != nil else { return [record] }
            return state.table.store(record, maximumVariants: maximumVariants)
        }
        for one in gone { files.remove(one.number) }
        tally.add(gone.contains { $0.number == number } ? .diskSkip : .diskWrite)
    }

    /// Notes a purge, so that it holds after a restart.
    func note(_ record: PurgeRecord) {
        thread.perform { [self] in
            let bytes = record.encoded(hasher)
            do throws(DiskError) {
                try files.append(named: Self.logName, bytes)
                logBytes.wrappingAdd(bytes.count, ordering: .relaxed)
                if logBytes.load(ordering: .relaxed) > Self.maximumLogBytes { try restartLog() }
            } catch {
                // What cannot be noted must not come back: what it hits goes now, and what is stored later goes at the next start,
                // as its generation is in no log.
                tally.add(.diskFailure)
                sweep()
            }
        }
    }

    /// Applies all purges to all files, and forgets them.
    private func restartLog() throws(DiskError) {
        let generation = purges.generation
        sweep()
        try writeLog(generation)
    }

    /// Begins the log with a record that purges nothing and says how far numbers have been given.
    private func writeLog(_ generation: UInt64) throws(DiskError) {
        let mark = PurgeRecord(generation: generation, kind: .soft, target: .tag(0)).encoded(hasher)
        try files.write(named: Self.logName, mark)
        logBytes.store(mark.count, ordering: .relaxed)
    }

    /// Removes the files of all that was purged.
    private func sweep() {
        let records = state.withLock { $0.table.elements }
        for record in records
        where purges.check(uri: record.key.bytes, tags: record.tags, since: record.generation) != nil {
            for one in state.withLock({ $0.table.remove(record.key) { $0.number == record.number } }) {
                files.remove(one.number)
            }
        }
    }

    // MARK: Start

    /// Reads the heads of all files and applies the purges from before, which need not be kept after that.
    ///
    /// - Parameter lastGeneration: The highest of the log. A file beyond it is from a time whose purges were not noted, and goes.
    func rebuild(_ log: [PurgeRecord], _ lastGeneration: UInt64) {
        let past = PurgeLog(log)
        for number in files.numbers() {
            if state.withLock({ $0.isStopped }) { return }
            guard let record = readRecord(number), record.generation <= lastGeneration,
                past.check(uri: record.key.bytes, tags: record.tags, since: record.generation) == nil
            else {
                files.remove(number)
                continue
            }
            for one in state.withLock({ $0.table.store(record, maximumVariants: .max) }) { files.remove(one.number) }
        }
        do throws(DiskError) {
            try writeLog(purges.generation)
        } catch {
            tally.add(.diskFailure)
        }
    }

    private func readRecord(_ number: UInt64) -> DiskRecord? {
        guard let (fixed, fileBytes) = files.readStart(number, count: DiskFormat.fixedBytes),
            let lengths = DiskFormat.lengths(fixed),
            fileBytes == DiskFormat.fixedBytes + lengths.header + 8 + lengths.body,
            let (header, _) = files.readStart(number, count: DiskFormat.fixedBytes + lengths.header + 8),
            let entry = DiskFormat.entry(header, body: .empty, hasher)
        else {
            tally.add(.diskDamage)
            return nil
        }
        return DiskRecord(entry, number: number, fileBytes: fileBytes)
    }

    static func firstNumber() -> UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return UInt64(time.tv_sec) << 24 | UInt64(time.tv_nsec) >> 6
    }
}

extension DiskRecord {
    init(_ entry: CacheEntry, number: UInt64, fileBytes: Int) {
        key = entry.key
        variant = entry.variant
        date = entry.facts.date
        tags = entry.tags
        generation = entry.generation
        self.number = number
        self.fileBytes = fileBytes
    }
}
